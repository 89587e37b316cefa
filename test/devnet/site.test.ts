import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { listenOnLoopback } from '../../src/devnet/loopback.ts';
import { siteAnswer } from '../../src/devnet/site.ts';
import { send } from './hub/hub-client.ts';

async function freshSite() {
  const root = await mkdtemp(join(tmpdir(), 'letterbox-site-'));
  const directory = join(root, 'site');
  await mkdir(join(directory, 'assets'), { recursive: true });
  await writeFile(join(root, 'secret'), 'not of the site');
  await writeFile(join(directory, 'index.html'), '<p>%WHO% %UNKNOWN% 100%</p>');
  await writeFile(join(directory, 'assets', 'a.js'), '"%WHO%"');
  const server = await listenOnLoopback(
    0,
    () => (request) => siteAnswer({ directory, values: { WHO: 'Alice' } }, request),
  );
  onTestFinished(async () => {
    await server.stop();
    await rm(root, { recursive: true });
  });
  return server;
}

test('serves files with their types, and fills values into HTML only', async () => {
  const site = await freshSite();
  expect(await send(site, '/?x=1')).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/html; charset=utf-8' },
    body: '<p>Alice %UNKNOWN% 100%</p>',
  });
  expect(await send(site, '/assets/a.js')).toMatchObject({
    status: 200,
    headers: { 'content-type': 'text/javascript; charset=utf-8' },
    body: '"%WHO%"',
  });
});

test.each([
  '/none',
  '/assets',
  '/../secret',
  '/assets/../../secret',
  '/..%2fsecret',
  '/index.html/x',
  '//etc/passwd',
])('%s is 404', async (path) => {
  const site = await freshSite();
  expect(await send(site, path)).toMatchObject({ status: 404 });
});

test('other methods are 405', async () => {
  const site = await freshSite();
  expect(await send(site, '/', { method: 'POST' })).toMatchObject({ status: 405 });
});
