import { existsSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Stage } from './stage.ts';

/** A wall clock for server processes that can be moved while they run; their monotonic clock goes on as it does. */
export interface MovableClock {
  /** What moves it. */
  readonly by: 'libfaketime' | 'a replaced Date.now';
  /** For Node, before the program. */
  readonly flags: readonly string[];
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Seconds ahead of the real time; seen within a second. */
  move(seconds: number): void;
}

/** Debian's package of that name puts it there. */
export const LIBRARY = ['x86_64', 'aarch64']
  .map((machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`)
  .find((path) => existsSync(path));

/**
 * @param folder where its one file may lie
 * @param library libfaketime's; empty: without it
 */
export function createMovableClock(folder: string, library = LIBRARY): MovableClock {
  const file = join(folder, 'clock');
  const move = (seconds: number): void => {
    writeFileSync(`${file}.part`, `+${seconds}\n`);
    renameSync(`${file}.part`, file); // who reads it at this moment reads either whole
  };
  move(0);
  const env = {
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_CACHE_DURATION: '1',
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
  if (library !== undefined && library !== '')
    return { by: 'libfaketime', flags: [], env: { ...env, LD_PRELOAD: library }, move };
  const module = pathToFileURL(join(import.meta.dirname, 'moved-date.mjs')).href;
  return { by: 'a replaced Date.now', flags: ['--import', module], env, move };
}

const HOUR = 3600;

/**
 * An hour ahead and back, a day ahead and back, for servers that were started with the clock, while clients follow.
 * @param felt what clients have to have done in between
 */
export async function jump(
  { move }: MovableClock,
  { client, ledger }: Pick<Stage, 'client' | 'ledger'>,
  felt: () => Promise<void>,
): Promise<void> {
  for (const ahead of [HOUR, 0, 24 * HOUR]) {
    move(ahead);
    await ledger.until('clients follow', () => Math.abs(client.offset() - ahead) < 120);
    await felt();
  }
  move(0);
  await ledger.until('clients follow', () => Math.abs(client.offset()) < 120);
}
