import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isNewEnough, mirrorIn } from '../../scripts/setup/nats.mjs';
import { allowedScripts, stamp } from '../../scripts/setup/packages.mjs';
import { ask, finish } from '../../scripts/setup/run.mjs';

const ROOT = join(import.meta.dirname, '../..');
const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
  allowScripts: Record<string, boolean>;
};
const lockfile = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as {
  packages: Record<string, { version: string; hasInstallScript?: boolean; resolved?: string; os?: string[] }>;
};

describe('the lockfile', () => {
  test('names no registry', () => {
    const resolved = Object.values(lockfile.packages).filter((entry) => entry.resolved !== undefined);
    expect(resolved).toEqual([]);
  });

  test('holds no install script that package.json does not allow or deny', () => {
    const undecided = Object.entries(lockfile.packages)
      .filter(([, entry]) => entry.hasInstallScript === true && entry.os === undefined)
      .map(([path, entry]) => ({
        name: path.slice(path.lastIndexOf('node_modules/') + 13),
        version: entry.version,
      }))
      .filter(
        ({ name, version }) =>
          !(name in manifest.allowScripts) && !(`${name}@${version}` in manifest.allowScripts),
      );
    expect(undecided).toEqual([]);
  });
});

describe('allowedScripts', () => {
  test('lists what is allowed, not what is denied', () => {
    expect(allowedScripts({ allowScripts: { a: true, 'b@1.0.0': true, c: false } })).toEqual([
      'a',
      'b@1.0.0',
    ]);
  });

  test('is empty where nothing is said', () => {
    expect(allowedScripts({})).toEqual([]);
    expect(allowedScripts(undefined)).toEqual([]);
  });
});

describe('stamp', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'letterbox-stamp-'));
    for (const file of ['package.json', 'package-lock.json']) cpSync(join(ROOT, file), join(folder, file));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  function edit(file: string, change: (text: string) => string): void {
    writeFileSync(join(folder, file), change(readFileSync(join(folder, file), 'utf8')));
  }

  test('changes with the lockfile and with the dependencies', () => {
    const before = stamp(folder);
    edit('package-lock.json', (text) => `${text} `);
    const between = stamp(folder);
    edit('package.json', (text) => text.replace('"dependencies": {', '"dependencies": { "a": "1",'));
    expect(new Set([before, between, stamp(folder)]).size).toBe(3);
  });

  test('does not change with a script', () => {
    const before = stamp(folder);
    edit('package.json', (text) => text.replace('"scripts": {', '"scripts": { "a": "b",'));
    expect(stamp(folder)).toBe(before);
  });
});

describe('child processes', () => {
  test('ask gives what a command prints', () => {
    expect(ask(process.execPath, ['-p', '1 + 1'])).toBe('2');
  });

  test('ask gives nothing where the command fails or is not there', () => {
    expect(ask(process.execPath, ['-e', 'process.exit(3)'])).toBeUndefined();
    expect(ask('/no/such/command', [])).toBeUndefined();
  });

  test.each([
    ['its exit code', ['-e', 'process.exit(3)'], 3],
    ['128 and the signal', ['-e', "process.kill(process.pid, 'SIGTERM')"], 143],
  ])('finish gives %s', async (_what, args, code) => {
    expect(await finish(process.execPath, args, { stdio: 'ignore' })).toBe(code);
  });
});

describe('a nats-server', () => {
  test.each([
    ['nats-server: v2.15.1', true],
    ['nats-server: v2.12.0', true],
    ['nats-server: v3.0.0', true],
    ['nats-server: v2.11.9', false],
    ['nats-server: v1.99.0', false],
    ['something else', false],
    [undefined, false],
  ])('that says %s is new enough: %s', (text, answer) => {
    expect(isNewEnough(text)).toBe(answer);
  });

  test('is fetched from where apt gets most of Debian', () => {
    const line = (place: string, suite: string): string => `'${place}/dists/${suite}/InRelease' name 0 `;
    const text = [
      line('http://tools.example/linux/debian', 'stable'),
      line('http://mirror.example/debian', 'stable'),
      line('http://mirror.example/debian', 'stable-updates'),
      line('http://mirror.example/debian-security', 'stable-security'),
      `'http://mirror.example/debian/dists/stable/main/binary-amd64/Packages.xz' name 0 `,
    ].join('\n');
    expect(mirrorIn(text)).toBe('http://mirror.example/debian');
    expect(mirrorIn('')).toBeUndefined();
  });
});
