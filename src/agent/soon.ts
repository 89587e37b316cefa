import type { Ports } from './ports.ts';

/** Shorter than a browser lets an idle worker live: what is due later than this is the next alarm's. Milliseconds. */
const HORIZON = 25_000;

/** Starts a run by itself where something falls due before the next alarm. Nothing depends on it but how soon. */
export interface Soon {
  /** @param time of the next try, in milliseconds; it takes the place of the one before */
  at(time: number): void;
}

export function createSoon({ clock, timer }: Pick<Ports, 'clock' | 'timer'>, run: () => void): Soon {
  let callOff = (): void => undefined;
  return {
    at(time) {
      callOff();
      const wait = time - clock.now();
      callOff = wait <= HORIZON ? timer.after(Math.max(wait, 0), run) : () => undefined;
    },
  };
}
