import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** Requests for wrk, each to be sent once: see wrk.lua. */
export interface RequestFile {
  readonly path: string;
  readonly count: number;
}

/** Sends to inboxes at random; sends by each sender in turn; or empty polls by each reader in turn. */
export type Kind = 'send' | 'greet' | 'poll';

export interface RequestPlan {
  readonly kind: Kind;
  readonly count: number;
  readonly path: string;
  /** The server's origin, which tokens name. */
  readonly origin: string;
  readonly hub: string;
  /** How many inboxes only receive. */
  readonly recipients: number;
  /** Another seed, other deliveries. */
  readonly seed: string;
  /** The file with the readers' cursors. */
  readonly cursors: string;
}

/** Writes them in a process of its own, with fresh tokens. */
export async function prepare(plan: RequestPlan): Promise<RequestFile> {
  const child = fork(join(import.meta.dirname, 'requests-process.ts'), [JSON.stringify(plan)]);
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`no requests could be prepared: ${code}`);
  return plan;
}
