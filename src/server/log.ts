import type { Logger } from 'pino';
import type { Log } from './ports.ts';

/**
 * The log as structured lines. What it writes is a list, so that nothing else can get in. What was answered well is told
 * at level `debug` only: the metrics count it, and most of it is agents who ask whether something came.
 */
export function createLog(logger: Logger): Log {
  return {
    answered({ route, method, status, problem, ms }) {
      if (problem === undefined) logger.debug({ route, method, status, ms }, 'answered');
      else logger.info({ route, method, status, problem, ms }, 'answered');
    },
    failed(error) {
      logger.error({ error: describe(error) }, 'failed');
    },
  };
}

interface Described {
  readonly name: string;
  readonly code?: string | number;
  readonly at?: readonly string[];
  readonly cause?: Described;
}

/** Where it broke, without the words: an error's message can quote what a caller sent. */
function describe(error: unknown): Described {
  if (!(error instanceof Error)) return { name: typeof error };
  const { errcode, code } = error as { errcode?: number; code?: string };
  const known = errcode ?? code;
  const at = error.stack?.split('\n').filter((line) => line.startsWith('    at '));
  return {
    name: error.name,
    ...(known === undefined ? {} : { code: known }),
    ...(at === undefined ? {} : { at: at.slice(0, 8).map((line) => line.trim()) }),
    ...(error.cause === undefined ? {} : { cause: describe(error.cause) }),
  };
}
