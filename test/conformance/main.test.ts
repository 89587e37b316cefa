import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../src/conformance/report.ts';
import { startProxy } from './proxy.ts';
import { freePort, startServer, UNLIMITED, type RunningServer } from './server.ts';

const MAIN = join(import.meta.dirname, '../../src/conformance/main.ts');

let server: RunningServer;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'letterbox-report-'));
  server = await startServer(...UNLIMITED);
});

afterAll(async () => {
  await server.stop();
  rmSync(folder, { recursive: true });
});

function run(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...args], (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err });
    });
  });
}

test('each line is printed, and the report written; 0 where all were met', async () => {
  const file = join(folder, 'good.json');
  const { code, out } = await run(
    server.url,
    '--registry-port',
    String(server.registryPort),
    '--only',
    '6.server,6.cors',
    '--json',
    file,
  );
  expect(out).toMatch(
    /^pass {2}6\.server .*\npass {2}6\.cors\.answers .*\npass {2}6\.cors\.preflight .*\n\n3 passed, 0 failed, 0 skipped\n$/,
  );
  expect(code).toBe(0);
  expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({
    server: server.url,
    passed: 3,
    lines: [
      { id: '6.server', section: '6', outcome: 'pass' },
      { id: '6.cors.answers' },
      { id: '6.cors.preflight' },
    ],
  } satisfies Partial<Record<keyof Report, unknown>>);
});

test('1 where a requirement is not met, with what was seen instead', async () => {
  const proxy = await startProxy(server.url, [
    {
      request: ({ method }) =>
        method === 'OPTIONS' ? { status: 401, headers: {}, body: Buffer.alloc(0) } : undefined,
    },
  ]);
  try {
    const { code, out } = await run(
      proxy.url,
      '--origin',
      server.url,
      '--registry-port',
      String(server.registryPort),
      '--only',
      '6.cors',
    );
    expect(out).toMatch(/FAIL {2}6\.cors\.preflight .*\n +send: 401\n/);
    expect(out).toContain('1 passed, 1 failed, 0 skipped');
    expect(code).toBe(1);
  } finally {
    await proxy.stop();
  }
});

test('2 where nothing could be tried: no server, or no such argument', async () => {
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const port = String(await freePort());
  expect(await run(nobody, '--registry-port', port)).toMatchObject({ code: 2, out: '' });
  expect(await run('--quick')).toMatchObject({
    code: 2,
    err: expect.stringContaining('one URL is needed') as string,
  });
});

test('behind a public URL, all sites and the registry are one host', async () => {
  const sitePort = String(await freePort());
  const publicUrl = `http://127.0.0.1:${sitePort}`;
  const elsewhere = await startServer('--registry', `${publicUrl}/registry`);
  try {
    const places = ['--public-url', publicUrl, '--site-port', sitePort, '--registry-port', '0'];
    const only = ['--only', '5.name.verified,5.sender.cached,6.send.stored'];
    const { code, out } = await run(elsewhere.url, ...places, ...only);
    expect(out).toContain('3 passed, 0 failed, 0 skipped');
    expect(code).toBe(0);
  } finally {
    await elsewhere.stop();
  }
});
