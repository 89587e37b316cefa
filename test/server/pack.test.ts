import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The package as strangers get it: packed, and run by npx in an empty folder. */

const ROOT = join(import.meta.dirname, '../..');
const CONTAINERFILE = readFileSync(join(ROOT, 'Containerfile'), 'utf8');
/** npm fetches the dependencies, unless it has them from before. */
const PATIENT = 240_000;

let folder: string;
let tarball: string;
const children = new Set<ChildProcess>();

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'letterbox-pack-'));
  execFileSync('npm', ['pack', '--pack-destination', folder, '--loglevel=error'], {
    cwd: ROOT,
    stdio: 'pipe',
  });
  const [name = ''] = readdirSync(folder);
  tarball = join(folder, name);
  mkdirSync(join(folder, 'empty'));
}, PATIENT);

afterAll(() => {
  for (const { pid } of children) if (pid !== undefined) process.kill(-pid, 'SIGKILL');
  forgetInstalled();
  rmSync(folder, { recursive: true, maxRetries: 5, retryDelay: 200 });
});

/** npx keeps what it installed: a copy for each tarball. */
function forgetInstalled(): void {
  const cache = execFileSync('npm', ['config', 'get', 'cache', '--loglevel=error'], { cwd: folder });
  const kept = join(cache.toString().trim(), '_npx');
  for (const name of readdirSync(kept)) {
    const manifest = join(kept, name, 'package.json');
    const isOurs = existsSync(manifest) && readFileSync(manifest, 'utf8').includes(basename(folder));
    if (isOurs) rmSync(join(kept, name), { recursive: true });
  }
}

/** In a process group of its own, since npx passes no signals on. */
function npx(...args: string[]): ChildProcess {
  const child = spawn('npx', ['--yes', '--prefer-offline', '--package', tarball, ...args], {
    cwd: join(folder, 'empty'),
    detached: true,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.add(child);
  child.once('close', () => children.delete(child));
  return child;
}

function textOf({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    stdout?.on('data', (part: Buffer) => (text += part.toString()));
    stdout?.once('end', () => resolve(text));
  });
}

function firstLineOf({ stdout }: ChildProcess): Promise<string> {
  return new Promise((resolve) => {
    if (stdout !== null) createInterface(stdout).once('line', resolve);
  });
}

test('one command starts a server in an empty folder', { timeout: PATIENT }, async () => {
  const child = npx('letterbox-server', '--port', '0', '--data', 'data');
  const { url } = JSON.parse(await firstLineOf(child)) as { url: string };
  expect(await (await fetch(`${url}/readyz`)).json()).toEqual({ status: 'ready' });
  expect(readdirSync(join(folder, 'empty/data'))).toContain('letterbox.sqlite');
  const ended = new Promise((resolve) => {
    child.once('close', resolve);
  });
  if (child.pid !== undefined) process.kill(-child.pid, 'SIGTERM');
  await ended;
  expect(readdirSync(join(folder, 'empty/data'))).toEqual(['letterbox.sqlite', 'letterbox.sqlite.lock']); // it stopped in order
});

test(
  'as the Containerfile installs it: a server starts, and its health check tells the truth',
  { timeout: PATIENT },
  async () => {
    const prefix = join(folder, 'opt');
    const install = [
      'install',
      '--global',
      '--prefix',
      prefix,
      '--prefer-offline',
      '--loglevel=error',
      tarball,
    ];
    execFileSync('npm', install, { cwd: folder, stdio: 'pipe' });
    const [, compiled = ''] = /npm run --prefix (\S+) install/.exec(CONTAINERFILE) ?? [];
    const secp256k1 = compiled.replace('/opt/letterbox', prefix);
    execFileSync('npm', ['run', '--prefix', secp256k1, 'install'], { stdio: 'pipe' });
    const env = {
      ...process.env,
      NODE_ENV: 'production',
      LETTERBOX_DATA: join(folder, 'data'),
      LETTERBOX_PORT: '0',
    };
    const child = spawn(join(prefix, 'bin/letterbox-server'), {
      env,
      detached: true,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    children.add(child);
    const { url } = JSON.parse(await firstLineOf(child)) as { url: string };
    const [, check = ''] = /HEALTHCHECK[\s\S]*?CMD (\[.*\])/.exec(CONTAINERFILE) ?? [];
    const [command = '', ...rest] = JSON.parse(check) as string[];
    const health = (): number | null =>
      spawnSync(command, rest, { env: { ...env, LETTERBOX_PORT: new URL(url).port } }).status;
    expect(health()).toBe(0);
    const ended = once(child, 'close');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    children.delete(child);
    expect(health()).toBe(1);

    // A platform that there is no binary for, and an npm that compiles nothing by itself.
    for (const binary of ['prebuilds', 'build'])
      rmSync(join(secp256k1, binary), { recursive: true, force: true });
    const { status, stderr } = spawnSync(join(prefix, 'bin/letterbox-server'), { env });
    expect(status).toBe(1);
    expect(stderr.toString()).toMatch(/^letterbox-server: the package secp256k1 has no binary for/);
    expect(stderr.toString()).toContain(`npm run --prefix ${secp256k1} install`);
  },
);

test('its help, and the conformance suite beside it', { timeout: PATIENT }, async () => {
  expect(await textOf(npx('letterbox-server', '--help'))).toContain('--trusted-proxies');
  expect(await textOf(npx('letterbox-conformance', '--help'))).toMatch(/conformance/i);
});

test('the package holds what is needed to run, and no sources or tests', () => {
  const listed = execFileSync(
    'npm',
    ['pack', '--dry-run', '--json', '--ignore-scripts', '--loglevel=error'],
    { cwd: ROOT },
  );
  const [{ files = [] } = {}] = JSON.parse(listed.toString()) as { files?: { path: string }[] }[];
  const folders = new Set(
    files.map(({ path }) => path.replace(/\/[^/]*$/, '')).filter((path) => path !== ''),
  );
  const paths = files.map(({ path }) => path);
  expect(paths).toEqual(
    expect.arrayContaining(['bin/letterbox-server.mjs', 'dist/bin/letterbox-server.js', 'LICENSE']),
  );
  expect([...folders].filter((path) => path.startsWith('src') || path.startsWith('test'))).toEqual([]);
});
