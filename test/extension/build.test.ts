import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { glob, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const run = promisify(execFile);
const ROOT = join(import.meta.dirname, '../..');
const NEVER_ASKED = ['tabs', 'webRequest', 'cookies', 'history', 'unlimitedStorage', 'notifications'];

let first: string;
let second: string;

beforeAll(async () => {
  [first, second] = await Promise.all([build(), build()]);
}, 60_000);

afterAll(async () => {
  for (const folder of [first, second]) await rm(folder, { recursive: true, force: true });
});

/** A build and its packages, in a folder of its own. */
async function build(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'letterbox-build-'));
  for (const script of ['build.ts', 'pack.ts'])
    await run(process.execPath, [`scripts/${script}`, folder], { cwd: ROOT });
  return folder;
}

/** The digest of every file, by path. */
async function digests(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {};
  for await (const entry of glob('**/*', { cwd: folder, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found[path.slice(folder.length)] = sha256(await readFile(path));
  }
  return found;
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}

async function manifestOf(browser: string): Promise<Record<string, unknown>> {
  return JSON.parse(await readFile(join(first, browser, 'manifest.json'), 'utf8')) as Record<string, unknown>;
}

describe('the build', () => {
  test('gives the same bytes for the same sources', async () => {
    const built = await digests(first);
    expect(Object.keys(built).length).toBeGreaterThan(30);
    expect(await digests(second)).toEqual(built);
  });

  test('gives both browsers the same files but for the manifest', async () => {
    const built = Object.entries(await digests(first));
    const of = (browser: string) =>
      Object.fromEntries(
        built
          .filter(([path]) => path.startsWith(`/${browser}/`) && !path.endsWith('manifest.json'))
          .map(([path, digest]) => [path.slice(browser.length + 1), digest]),
      );
    expect(of('firefox')).toEqual(of('chromium'));
  });

  test('has every icon that the manifest and the toolbar name', async () => {
    const built = Object.keys(await digests(first));
    for (const icon of ['mail', 'bare', 'mail-grey', 'bare-grey']) {
      for (const size of [16, 32, 48, 128]) expect(built).toContain(`/chromium/icons/${icon}-${size}.png`);
    }
    expect(built.filter((path) => path.endsWith('.svg'))).toEqual([]);
  });

  test('keeps what derives keys from a Secret Key out of everything but the page that it is typed into', async () => {
    const holders: string[] = [];
    for await (const entry of glob('**/*.js', { cwd: join(first, 'chromium') })) {
      const code = await readFile(join(first, 'chromium', entry), 'utf8');
      if (/\babandon\b[^a-z]+ability\b/.test(code)) holders.push(entry); // the list of words begins with them
    }
    expect(holders).toEqual(['assets/secret-key.js']);
    for (const view of ['popup', 'approve', 'settings']) {
      const html = await readFile(join(first, 'chromium', view, 'index.html'), 'utf8');
      expect(html).not.toContain('secret-key'); // it is not even preloaded
    }
  });

  test('keeps @stacks/connect to the script that goes into one tab, where somebody wants their wallet', async () => {
    const holders: string[] = [];
    for await (const entry of glob('**/*.js', { cwd: join(first, 'chromium') })) {
      const code = await readFile(join(first, 'chromium', entry), 'utf8');
      if (code.includes('connect-modal')) holders.push(entry);
    }
    expect(holders).toEqual(['wallet.js']);
    const { content, page } = JSON.parse(await readFile(join(first, 'sizes.json'), 'utf8')) as {
      [name: string]: { gzip: number };
    };
    expect([content?.gzip, page?.gzip].every((size) => size !== undefined && size < 4096)).toBe(true);
  });

  test('keeps what runs in pages to one small classic script each', async () => {
    for (const script of ['content.js', 'page.js']) {
      const code = await readFile(join(first, 'chromium', script), 'utf8');
      expect(code).not.toMatch(/\bimport\b|\bexport\b/);
      expect(code.length).toBeLessThan(8000);
    }
  });
});

describe('the packages for the stores', () => {
  test.each(['chromium', 'firefox'])('hold the build for %s, and no key', async (browser) => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    const zip = unzipSync(await readFile(join(first, `letterbox-${version}-${browser}.zip`)));
    const { 'manifest.json': manifest, ...files } = zip;
    const { '/manifest.json': _1, ...built } = await digests(join(first, browser));
    expect(Object.keys(zip)).toEqual(Object.keys(zip).toSorted());
    expect(
      Object.fromEntries(Object.entries(files).map(([name, bytes]) => [`/${name}`, sha256(bytes)])),
    ).toEqual(built);
    const { key: _2, ...own } = await manifestOf(browser);
    expect(JSON.parse(new TextDecoder().decode(manifest))).toEqual(own);
  });
});

describe('the manifest', () => {
  test('asks for nothing that the browser warns of at install, and for no site', async () => {
    for (const browser of ['chromium', 'firefox']) {
      const manifest = await manifestOf(browser);
      expect(manifest['permissions']).toEqual(['activeTab', 'alarms', 'idle', 'scripting', 'storage']);
      for (const key of ['host_permissions', 'content_scripts', 'externally_connectable']) {
        expect(manifest).not.toHaveProperty(key);
      }
      expect(manifest).not.toHaveProperty('web_accessible_resources');
      expect(NEVER_ASKED.filter((one) => JSON.stringify(manifest).includes(`"${one}"`))).toEqual([]);
    }
  });

  test('carries the version of the package, and only the keys that its browser knows', async () => {
    const { version } = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as { version: string };
    const [chromium, firefox] = [await manifestOf('chromium'), await manifestOf('firefox')];
    expect([chromium['version'], firefox['version']]).toEqual([version, version]);
    expect(chromium['background']).toEqual({ service_worker: 'background.js', type: 'module' });
    expect(firefox['background']).toEqual({ scripts: ['background.js'], type: 'module' });
    expect(chromium).not.toHaveProperty('browser_specific_settings');
    expect(firefox).not.toHaveProperty('key');
    expect(firefox).toMatchObject({ browser_specific_settings: { gecko: { strict_min_version: '140.0' } } });
  });

  test('lets no inline script, no foreign script and no frame in', async () => {
    const { content_security_policy: policy } = await manifestOf('chromium');
    const { extension_pages: pages } = policy as { extension_pages: string };
    expect(pages).toContain("default-src 'none'");
    expect(pages).toContain("script-src 'self' 'wasm-unsafe-eval';");
    expect(pages).toContain("frame-ancestors 'none'");
    expect(pages.replace("'wasm-unsafe-eval'", '')).not.toMatch(/unsafe|\*\.|data:[^;]*script/);
  });
});
