import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, preview } from 'vite';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** The views' pages, served on this machine until they are closed. */
export interface Pages {
  /** Where a view's page is. */
  addressOf(view: string): string;
  close(): Promise<void>;
}

/** The views with the harness around them, built as the extension builds them. */
export async function servePages(views: readonly string[]): Promise<Pages> {
  const folder = await mkdtemp(join(tmpdir(), 'letterbox-views-'));
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir: folder,
      emptyOutDir: true,
      rolldownOptions: {
        input: views.map((view) => join(ROOT, `test/extension/views/harness/${view}.html`)),
      },
    },
  });
  const server = await preview({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    build: { outDir: folder },
    preview: { host: '127.0.0.1', port: 0 },
  });
  const base = server.resolvedUrls?.local[0];
  if (base === undefined) throw new Error('the harness is not served');
  return {
    addressOf: (view) => `${base}test/extension/views/harness/${view}.html`,
    close: async () => {
      await server.close();
      await rm(folder, { recursive: true });
    },
  };
}
