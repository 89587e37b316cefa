import { gzipSync } from 'node:zlib';
import type { Rolldown } from 'vite';

/** Bytes of everything that one entry loads, its shared chunks included. */
export interface Size {
  readonly bytes: number;
  readonly gzip: number;
}

/** The sizes of all entries of these builds, by name; what is loaded later is an entry of its own. */
export function sizesOf(builds: readonly Rolldown.RolldownOutput[]): Record<string, Size> {
  const sizes = builds.flatMap((one) => {
    const chunks = new Map(
      one.output.filter((file) => file.type === 'chunk').map((file) => [file.fileName, file]),
    );
    return [...chunks.values()]
      .filter((chunk) => chunk.isEntry || chunk.isDynamicEntry)
      .map((entry) => [entry.name, sizeOf(loadedBy(entry, chunks))] as const);
  });
  return Object.fromEntries(sizes.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function printSizes(sizes: Readonly<Record<string, Size>>): void {
  for (const [name, { bytes, gzip }] of Object.entries(sizes)) {
    console.log(`${name.padEnd(12)} ${kilobytes(bytes)} KB, ${kilobytes(gzip)} KB gzip`);
  }
}

function loadedBy(
  entry: Rolldown.OutputChunk,
  chunks: ReadonlyMap<string, Rolldown.OutputChunk>,
): ReadonlySet<Rolldown.OutputChunk> {
  const found = new Set([entry]);
  for (const chunk of found) {
    for (const file of chunk.imports) {
      const imported = chunks.get(file);
      if (imported !== undefined) found.add(imported);
    }
  }
  return found;
}

function sizeOf(chunks: ReadonlySet<Rolldown.OutputChunk>): Size {
  let bytes = 0;
  let gzip = 0;
  for (const { code } of chunks) {
    bytes += Buffer.byteLength(code);
    gzip += gzipSync(code, { level: 9 }).length;
  }
  return { bytes, gzip };
}

/** Of what is loaded as it is. */
export function sizeOfFile(file: Uint8Array): Size {
  return { bytes: file.length, gzip: gzipSync(file, { level: 9 }).length };
}

function kilobytes(bytes: number): string {
  return (bytes / 1000).toFixed(1).padStart(7);
}
