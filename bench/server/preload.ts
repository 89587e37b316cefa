import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What a database is filled with before anything is measured. */
export interface Preload {
  /** The folder for the server's database, and for the readers' cursors. */
  readonly data: string;
  readonly hub: string;
  /** Inboxes that only receive; the readers' come on top. */
  readonly recipients: number;
  /** Pointers in each inbox. */
  readonly each: number;
}

export function cursorsFile(data: string): string {
  return join(data, 'cursors.json');
}

/** Fills a database through the store itself, in a process of its own. */
export async function preload(plan: Preload): Promise<void> {
  const child = fork(join(import.meta.dirname, 'preload-process.ts'), [JSON.stringify(plan)]);
  const [code] = (await once(child, 'exit')) as [number];
  if (code !== 0) throw new Error(`the database could not be filled: ${code}`);
}
