import { glob, readFile, writeFile } from 'node:fs/promises';
import { join, relative, resolve } from 'node:path';
import { zipSync, type Zippable } from 'fflate';
import { BROWSERS, versionOf, type Browser } from './build/manifest.ts';

/**
 * Packs the build for the stores. The same build always gives the same bytes, so that anyone can hold what a store hands
 * out against the sources: files in the order of their names, all of one date.
 *
 *     node scripts/pack.ts [FOLDER]      where the build is, and the packages go
 */
const ROOT = join(import.meta.dirname, '..');
const DIST = resolve(process.argv[2] ?? join(ROOT, 'dist'));
/** The first day that a zip file can tell. */
const DATE = new Date(1980, 0, 1);

for (const browser of BROWSERS) {
  const file = join(DIST, `letterbox-${await versionOf(ROOT)}-${browser}.zip`);
  const bytes = zipSync(await filesOf(browser), { level: 9, mtime: DATE });
  await writeFile(file, bytes);
  console.log(`${relative(process.cwd(), file)}  ${(bytes.length / 1000).toFixed(1)} KB`);
}

async function filesOf(browser: Browser): Promise<Zippable> {
  const folder = join(DIST, browser);
  const files: [string, Uint8Array][] = [];
  for await (const entry of glob('**/*', { cwd: folder, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = relative(folder, join(entry.parentPath, entry.name)).replaceAll('\\', '/');
    const bytes = await readFile(join(folder, path));
    files.push([path, path === 'manifest.json' ? forStore(bytes) : bytes]);
  }
  return Object.fromEntries(files.toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** A store gives the extension its id by itself, and takes no key. */
function forStore(manifest: Uint8Array): Uint8Array {
  const { key: _, ...rest } = JSON.parse(new TextDecoder().decode(manifest)) as Record<string, unknown>;
  return new TextEncoder().encode(`${JSON.stringify(rest, null, 2)}\n`);
}
