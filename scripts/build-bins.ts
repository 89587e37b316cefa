import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

/**
 * Builds the package's commands as JavaScript, since Node strips no types under node_modules. What package.json lists as
 * dependencies stays outside and is installed with the package. Runs before `npm pack`.
 *
 *     node scripts/build-bins.ts        dist/bin/letterbox-server.js  dist/bin/letterbox-conformance.js
 */
const ROOT = join(import.meta.dirname, '..');
const OUT = join(ROOT, 'dist/bin');

await rm(OUT, { recursive: true, force: true });
await build({
  root: ROOT,
  configFile: false,
  publicDir: false,
  logLevel: 'warn',
  build: {
    ssr: true,
    outDir: OUT,
    target: 'node24',
    minify: false,
    rolldownOptions: {
      input: {
        'letterbox-server': join(ROOT, 'src/server/main.ts'),
        'letterbox-conformance': join(ROOT, 'src/conformance/main.ts'),
      },
      output: { entryFileNames: '[name].js', chunkFileNames: 'chunks/[name].js' },
    },
  },
});
