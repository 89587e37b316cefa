import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';
import type { InlineConfig } from 'vite';

/** Directories with the built pages of the devnet. */
export interface Bundles {
  wallet: string;
  postcard: string;
  noughts: string;
}

const HERE = import.meta.dirname;
const PROJECT = join(HERE, '..', '..');
const CACHE = join(PROJECT, 'node_modules', '.cache', 'letterbox-devnet');

/** What the bundles are made from: when none of it has changed, they are not made again. */
const SOURCES = [
  'src/devnet/apps',
  'src/devnet/wallet',
  'src/protocol',
  'package-lock.json',
  'src/devnet/bundle.ts',
];

/** Builds the demo apps and the wallet's pages, or finds them built: a second start takes no time. */
export async function bundlePages(): Promise<Bundles> {
  const directory = join(CACHE, await digest(SOURCES));
  if (!(await exists(directory))) await buildInto(directory);
  return {
    wallet: join(directory, 'wallet'),
    postcard: join(directory, 'postcard'),
    noughts: join(directory, 'noughts'),
  };
}

/** Builds beside the place and moves it there when all is done; two starts at once both succeed. */
async function buildInto(directory: string): Promise<void> {
  await mkdir(CACHE, { recursive: true });
  const half = `${directory}.${String(process.pid)}`;
  await build(page('apps/postcard', 'index.html', join(half, 'postcard')));
  await build(page('apps/noughts', 'index.html', join(half, 'noughts')));
  await build(page('wallet/browser', 'dialog.html', join(half, 'wallet')));
  await build(script('wallet/browser/provider.ts', 'provider.js', join(half, 'wallet')));
  try {
    await rename(half, directory);
  } catch (error) {
    await rm(half, { recursive: true });
    if (!(await exists(directory))) throw error;
  }
}

function page(root: string, html: string, outDir: string): InlineConfig {
  const input = join(HERE, root, html);
  return { ...common(join(HERE, root)), build: { ...output(outDir), rolldownOptions: { input } } };
}

/** A classic script, so that it has run before the page's own. */
function script(file: string, name: string, outDir: string): InlineConfig {
  const lib = {
    entry: join(HERE, file),
    formats: ['iife' as const],
    name: 'letterboxDevWallet',
    fileName: () => name,
  };
  return { ...common(HERE), publicDir: false, build: { ...output(outDir), emptyOutDir: false, lib } };
}

function common(root: string): InlineConfig {
  return { root, configFile: false, base: './', logLevel: 'error', define: { global: 'globalThis' } };
}

/** The stacks.js packages are large; these pages are for development, so their size is no news. */
function output(outDir: string) {
  return { outDir, emptyOutDir: true, target: 'esnext', chunkSizeWarningLimit: 4096 } as const;
}

async function digest(paths: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of await filesUnder(join(PROJECT, path))) hash.update(file).update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

async function filesUnder(path: string): Promise<string[]> {
  if ((await stat(path)).isFile()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
