import { setFlagsFromString } from 'node:v8';

/**
 * Has V8 collect the old generation whenever it has grown by so much since it last did. By itself it lets it double or more,
 * which saves a server next to nothing: what it remembers for a while is most of it, and has to go some time.
 * @param percent of what was left after the last time
 */
export function collectOldGenerationAt(percent: number): void {
  setFlagsFromString(`--heap-growing-percent=${percent}`);
}
