import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';

/** The core that what is measured has to itself, and the one for all else. */
export const SERVER_CORE = 0;
export const CLIENT_CORE = 1;

/** A process on a core of its own, judged by what it costs. */
export interface Pinned {
  /** What its first line on standard output said. */
  readonly said: Readonly<Record<string, unknown>>;
  /** Seconds of processor time so far, all its threads, its own and the kernel's on its behalf. */
  readonly cpu: () => number;
  /** Resident bytes. */
  readonly memory: () => number;
  readonly stop: () => Promise<void>;
}

export interface PinnedOptions {
  /** `any`: wherever the system puts it. */
  readonly core?: number | 'any';
  /** Where standard error goes, as a file descriptor; to ours where absent. */
  readonly log?: number;
}

/** Of /proc: `getconf CLK_TCK`, 100 on every Linux that Node runs on. */
const TICKS_PER_SECOND = 100;
const UTIME = 11;
const STIME = 12;

/** Starts a Node program on a core, and waits for its first line, which is JSON. */
export async function startPinned(
  program: string,
  args: readonly string[],
  { core = SERVER_CORE, log }: PinnedOptions = {},
): Promise<Pinned> {
  const [command = '', ...rest] = [
    ...(core === 'any' ? [] : ['taskset', '-c', String(core)]),
    process.execPath,
    program,
    ...args,
  ];
  const child = spawn(command, rest, { stdio: ['pipe', 'pipe', log ?? 'inherit'] });
  return pinnedProcess(child, await firstLine(child, program));
}

/** Any process that taskset became. */
export function pinnedProcess(child: ChildProcess, said: Pinned['said']): Pinned {
  const { pid } = child;
  return {
    said,
    cpu() {
      const fields = stat(pid, 'stat')
        .replace(/^.*\) /s, '')
        .split(' ');
      return (Number(fields[UTIME]) + Number(fields[STIME])) / TICKS_PER_SECOND;
    },
    memory: () => Number(/^VmRSS:\s+(\d+) kB$/m.exec(stat(pid, 'status'))?.[1]) * 1024,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'close');
      child.kill('SIGTERM');
      await ended;
    },
  };
}

function stat(pid: number | undefined, file: string): string {
  return readFileSync(`/proc/${pid}/${file}`, 'utf8');
}

async function firstLine(child: ChildProcess, program: string): Promise<Pinned['said']> {
  if (child.stdout === null) throw new Error('no standard output');
  const lines = createInterface(child.stdout);
  const ended = once(child, 'close').then(([code]) => {
    throw new Error(`${program} ended with ${code} before it was ready`);
  });
  const [line] = (await Promise.race([once(lines, 'line'), ended])) as [string];
  void ended.catch(() => undefined);
  child.stdout.resume();
  return JSON.parse(line) as Pinned['said'];
}
