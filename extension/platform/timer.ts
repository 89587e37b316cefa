import type { Timer } from '../../src/protocol/ports.ts';

/** Ends with the worker. */
export const timer: Timer = {
  after(milliseconds, call) {
    const timeout = setTimeout(call, milliseconds);
    return () => clearTimeout(timeout);
  },
};
