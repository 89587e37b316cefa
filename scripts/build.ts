import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build, type InlineConfig, type Rolldown } from 'vite';
import { BROWSERS, manifestFor, versionOf } from './build/manifest.ts';
import { leanConnect } from './build/lean-connect.ts';
import { noInnerHtml } from './build/no-inner-html.ts';
import { printSizes, sizeOfFile, sizesOf } from './build/sizes.ts';

/**
 * Builds the extension for both browsers: one ESM build for the background, so that nothing of the views weighs on it, one
 * for the views, which share chunks, and one IIFE build for each of the scripts that run in pages, which cannot import. The same files serve both browsers,
 * only manifest.json differs. The curve of libauth lies beside the background, which loads it with the first mail. The same sources always give the same bytes.
 *
 *     node scripts/build.ts [FOLDER] [--background FILE]   another program in the worker's place, for measuring
 *     dist/chromium  dist/firefox  dist/sizes.json (bytes and gzip of each bundle)
 */
const ROOT = join(import.meta.dirname, '..');
const EXTENSION = join(ROOT, 'extension');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { background: { type: 'string', default: join(EXTENSION, 'background/main.ts') } },
});
const DIST = resolve(positionals[0] ?? join(ROOT, 'dist'));
const VIEWS = ['popup', 'approve', 'settings'];
const SCRIPTS = ['content', 'page', 'wallet'];
const CURVE = join(ROOT, 'node_modules/@bitauth/libauth/build/lib/bin/secp256k1/secp256k1.wasm');

/** Built aside and moved at the end: a browser or a test never sees half an extension. */
const work = join(DIST, `.building-${process.pid}`);
await rm(work, { recursive: true, force: true });
try {
  const bundles = (await Promise.all([buildBackground(), buildViews(), ...SCRIPTS.map(buildScript)])).flat();
  await cp(join(EXTENSION, 'icons'), join(work, 'icons'), { recursive: true, filter: isShipped });
  await cp(join(EXTENSION, '_locales'), join(work, '_locales'), { recursive: true });
  await cp(CURVE, join(work, 'secp256k1.wasm'));
  for (const browser of BROWSERS) await publish(browser);
  const sizes = { ...sizesOf(bundles), curve: sizeOfFile(await readFile(CURVE)) };
  await writeFile(join(DIST, 'sizes.json'), `${JSON.stringify(sizes, null, 2)}\n`);
  printSizes(sizes);
} finally {
  await rm(work, { recursive: true, force: true });
}

async function buildBackground(): Promise<Rolldown.RolldownOutput[]> {
  return run({
    build: {
      rolldownOptions: {
        input: { background: resolve(values.background) },
        output: { entryFileNames: 'background.js' },
      },
    },
  });
}

async function buildViews(): Promise<Rolldown.RolldownOutput[]> {
  const views = VIEWS.map((view) => [view, join(EXTENSION, view, 'index.html')] as const);
  return run({
    build: {
      rolldownOptions: {
        input: Object.fromEntries(views),
        output: {
          entryFileNames: 'assets/[name].js',
          chunkFileNames: 'assets/[name].js',
          assetFileNames: 'assets/[name][extname]',
        },
      },
    },
  });
}

async function buildScript(name: string): Promise<Rolldown.RolldownOutput[]> {
  return run({
    build: {
      rolldownOptions: {
        checks: { emptyImportMeta: false }, // of Vite's own helper for what is loaded later, which here is all in one file
        input: { [name]: join(EXTENSION, name, 'main.ts') },
        output: { format: 'iife', entryFileNames: `${name}.js` },
      },
    },
  });
}

async function run(config: InlineConfig): Promise<Rolldown.RolldownOutput[]> {
  const output = await build({
    root: EXTENSION,
    configFile: false,
    publicDir: false,
    plugins: [noInnerHtml(), leanConnect()],
    logLevel: 'warn',
    define: { __VERSION__: JSON.stringify(await versionOf(ROOT)) },
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    ...config,
    build: {
      outDir: work,
      emptyOutDir: false,
      target: ['chrome120', 'firefox140'],
      modulePreload: false,
      assetsInlineLimit: 0,
      reportCompressedSize: false,
      ...config.build,
    },
  });
  return [output].flat().filter((one) => 'output' in one);
}

async function publish(browser: (typeof BROWSERS)[number]): Promise<void> {
  const next = `${work}-${browser}`;
  const target = join(DIST, browser);
  await rm(next, { recursive: true, force: true });
  await mkdir(next, { recursive: true });
  await cp(work, next, { recursive: true });
  await writeFile(join(next, 'manifest.json'), await manifestFor(browser, ROOT));
  await rm(target, { recursive: true, force: true });
  await rename(next, target);
}

/** The icons' source stays here. */
function isShipped(path: string): boolean {
  return !path.endsWith('.svg');
}
