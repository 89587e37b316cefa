import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** One process of the cluster, from outside. */
export interface NodeProcess {
  readonly pid: number;
  readonly folder: string;
}

/** What a cluster has used: `disk` and `memory` of its largest node in bytes, `cpu` of all together in seconds. */
export interface Used {
  readonly disk: number;
  readonly memory: number;
  readonly cpu: number;
}

const TICKS_PER_SECOND = 100;

/** Linux only. */
export function usedBy(nodes: readonly NodeProcess[]): Used {
  return {
    disk: Math.max(...nodes.map(({ folder }) => sizeOf(folder))),
    memory: Math.max(...nodes.map(({ pid }) => residentOf(pid))),
    cpu: nodes.reduce((sum, { pid }) => sum + cpuOf(pid), 0),
  };
}

function sizeOf(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return entries.reduce((sum, entry) => {
    const size = statSync(join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
    return sum + size; // what the engine removes meanwhile is nothing
  }, 0);
}

function residentOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * 1024;
}

function cpuOf(pid: number): number {
  const [, rest = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user = 0, system = 0] = rest.split(' ').slice(11, 13).map(Number);
  return (user + system) / TICKS_PER_SECOND;
}
