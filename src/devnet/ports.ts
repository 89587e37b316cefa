import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where a world listens. An origin is an identity (apps, buckets, servers), so a world keeps its ports. */
export interface Ports {
  hub: number;
  registry: number;
  wallet: number;
  server: number;
  postcard: number;
  noughts: number;
}

const ANY: Ports = { hub: 0, registry: 0, wallet: 0, server: 0, postcard: 0, noughts: 0 };

/** The ports that the world in this directory had before; any, where it is new. */
export async function readPorts(dataDir: string): Promise<Ports> {
  const saved = await readIfThere(join(dataDir, 'ports.json'));
  if (saved === null) return ANY;
  const value = JSON.parse(saved) as Partial<Record<keyof Ports, unknown>>;
  return {
    ...ANY,
    ...Object.fromEntries(Object.entries(value).filter(([, port]) => Number.isInteger(port))),
  };
}

export async function savePorts(dataDir: string, ports: Ports): Promise<void> {
  await writeAtomically(join(dataDir, 'ports.json'), `${JSON.stringify(ports, null, 2)}\n`);
}

export function portOf(origin: string): number {
  return Number(new URL(origin).port);
}

/** Whoever reads the file finds all of it or nothing. */
export async function writeAtomically(file: string, content: string): Promise<void> {
  const half = `${file}.${String(process.pid)}.half`;
  await writeFile(half, content);
  await rename(half, file);
}

async function readIfThere(file: string): Promise<string | null> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
