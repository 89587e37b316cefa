import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, fsyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** A disk of its own, in a namespace that only the programs started in it see. Linux, and without root. */
export interface SmallDisk {
  /** Runs a program, in the same process, so that it sees the disk: these, the program, its arguments. */
  readonly enter: readonly string[];
  /** Until not one byte more goes in. */
  fill(): void;
  /** What filled it is gone. */
  free(): void;
  remove(): void;
}

const CHUNK = Buffer.alloc(2 ** 20);

/** Whether this machine lets us have one. */
export function hasSmallDisks(): boolean {
  return process.platform === 'linux' && spawnSync('unshare', [...NAMESPACE, 'true']).status === 0;
}

const NAMESPACE = ['--user', '--map-root-user', '--mount'];

/** @param folder where it is mounted */
export async function mountSmallDisk(folder: string, megabytes: number): Promise<SmallDisk> {
  const mount = `mount -t tmpfs -o size=${megabytes}m small "$0" && echo ready && exec sleep infinity`;
  const holder = spawn('unshare', [...NAMESPACE, 'sh', '-c', mount, folder]);
  await once(holder.stdout, 'data');
  const ballast = join(`/proc/${holder.pid}/root`, folder, 'ballast');
  return {
    enter: ['nsenter', '--target', String(holder.pid), '--user', '--mount', '--preserve-credentials'],
    fill: () => fill(ballast),
    free: () => rmSync(ballast),
    remove: () => void holder.kill('SIGKILL'),
  };
}

function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let size = CHUNK.length; size > 0;) {
      try {
        writeSync(file, CHUNK, 0, size);
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
        size = Math.floor(size / 2);
      }
    }
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}
