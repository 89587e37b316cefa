import { execFile } from 'node:child_process';
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { MAIN, type Running } from '../running.ts';
import { jump, type MovableClock } from './clock.ts';
import { cutSockets } from './cut-sockets.ts';
import { sendAgain } from './load.ts';
import type { Fault, Stage } from './stage.ts';

const run = promisify(execFile);

/** So many clients have to have felt it. */
const FELT = 10;
/** Less than the write-ahead log comes to between two checkpoints, so that it is met soon. */
const DISK_BYTES = 2 ** 20;

/** One server on SQLite, in a folder of its own. */
export interface SqliteServer {
  readonly data: string;
  /** The process that runs now, or ran last. */
  readonly running: () => Running;
  readonly clock: MovableClock;
  /** @param how with a clock that can be moved, or the machine's */
  start(how?: 'clock'): Promise<void>;
  end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void>;
}

/** What can happen to one server and its disk. */
export function sqliteFaults(server: SqliteServer): Fault[] {
  const runCommand = (...args: string[]) => run(process.execPath, [MAIN, ...args]);

  async function kill(): Promise<void> {
    await server.end('SIGKILL');
    await server.start();
  }

  async function orderlyStop(): Promise<void> {
    await server.end('SIGTERM');
    await server.start();
  }

  /** Clients give up, the server wakes to requests that nobody waits for any more. */
  async function pause({ ledger }: Stage): Promise<void> {
    const before = ledger.countOf('none');
    server.running().child.kill('SIGSTOP');
    await ledger.until('clients gave up', () => ledger.countOf('none') >= before + FELT);
    server.running().child.kill('SIGCONT');
  }

  /** It can write nothing beyond the first part of any file, the write-ahead log above all; reading goes on. */
  async function fullDisk({ ledger }: Stage): Promise<void> {
    const pid = String(server.running().child.pid);
    const before = ledger.countOf(503);
    await run('prlimit', ['--pid', pid, `--fsize=${DISK_BYTES}:unlimited`]);
    await ledger.until('refused for lack of space', () => ledger.countOf(503) >= before + FELT);
    await run('prlimit', ['--pid', pid, '--fsize=unlimited:unlimited']);
  }

  /** And back to the machine's own with the next start. */
  async function clockJumps(stage: Stage): Promise<void> {
    await server.end('SIGTERM');
    await server.start('clock');
    await jump(server.clock, stage, () => stage.more(FELT));
    await orderlyStop();
  }

  /** What was acknowledged is sent again, as agents do until somebody answers: what the backup lacked is 201 once more. */
  async function restoredBackup({ client, ledger, more }: Stage): Promise<void> {
    const backup = join(server.data, 'backup.sqlite');
    rmSync(backup, { force: true });
    const covered = new Set(ledger.receipts.keys());
    await runCommand('backup', '--data', server.data, '--to', backup);
    await more(FELT);
    await server.end('SIGKILL');
    loseDatabase(server.data);
    await runCommand('restore', '--data', server.data, '--from', backup);
    await server.start();
    await sendAgain(ledger.restored(covered), client, ledger);
  }

  return [
    { name: 'kill -9', strike: kill },
    { name: 'SIGTERM', strike: orderlyStop },
    { name: 'SIGSTOP', strike: pause },
    ...(process.platform === 'linux' ? [{ name: 'full disk', strike: fullDisk }] : []),
    { name: 'clock jumps', strike: clockJumps },
    { name: 'restored backup', strike: restoredBackup },
    { name: 'sockets cut', strike: cutSockets },
  ];
}

/** What a lost disk leaves. */
function loseDatabase(data: string): void {
  for (const name of readdirSync(data)) {
    if (name.startsWith('letterbox.sqlite')) rmSync(join(data, name));
  }
}
