import { join } from 'node:path';
import { build } from 'vite';

let built: Promise<string> | undefined;

/** finder.ts as one script; built once a process. */
export function finderScript(): Promise<string> {
  built ??= buildFinder();
  return built;
}

async function buildFinder(): Promise<string> {
  const result = await build({
    root: import.meta.dirname,
    configFile: false,
    publicDir: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      rolldownOptions: {
        input: join(import.meta.dirname, 'finder.ts'),
        output: { format: 'iife' },
      },
    },
  });
  const [chunk] = [result].flat().flatMap((output) => ('output' in output ? output.output : []));
  if (chunk?.type !== 'chunk') throw new Error('the finder was not built');
  return chunk.code;
}
