import { expect, test } from 'vitest';
import { LetterboxError } from '../../src/protocol/errors.ts';
import { createMetrics } from '../../src/server/metrics.ts';
import { createHarness, createWeb, request } from './harness.ts';
import { createPerson } from './person.ts';

const alice = createPerson('alice');
const bob = createPerson('bob');

const log = { answered: () => undefined, failed: () => undefined };
const create = (token?: string) => createMetrics({ token, storeBytes: () => 4096 });

async function pageOf({ page }: ReturnType<typeof create>): Promise<string> {
  return (await page.text(undefined)) ?? '';
}

test('answers, problems and failures are counted by route', async () => {
  const metrics = create();
  const measured = metrics.log(log);
  const entry = { route: '/v1/inboxes/{address}/messages', method: 'POST', ms: 7 };
  measured.answered({ ...entry, status: 201 });
  measured.answered({ ...entry, status: 201 });
  measured.answered({ ...entry, status: 429, problem: 'rate' });
  measured.failed(new Error('broken'));
  const page = await pageOf(metrics);
  const labels = 'route="/v1/inboxes/{address}/messages",method="POST"';
  expect(page).toContain(`letterbox_requests_total{${labels},status="201",problem=""} 2`);
  expect(page).toContain(`letterbox_requests_total{${labels},status="429",problem="rate"} 1`);
  expect(page).toContain(`letterbox_request_seconds_bucket{le="0.01",${labels}} 3`);
  expect(page).toContain('letterbox_failures_total 1');
  expect(page).toContain('letterbox_store_bytes 4096');
  expect(page).toContain('process_resident_memory_bytes');
});

test('a store that does not answer takes only its own size from the page', async () => {
  const metrics = createMetrics({ storeBytes: () => Promise.reject(new LetterboxError('unavailable', {})) });
  const page = await pageOf(metrics);
  expect(page).toContain('letterbox_store_bytes Nan');
  expect(page).toContain('process_resident_memory_bytes');
});

test('the log still hears everything', () => {
  const heard: unknown[] = [];
  const measured = create().log({
    answered: (entry) => heard.push(entry),
    failed: (error) => heard.push(error),
  });
  const entry = { route: '/healthz', method: 'GET', status: 200, ms: 1 };
  measured.answered(entry);
  measured.failed('it');
  expect(heard).toEqual([entry, 'it']);
});

test('look-ups are counted by their outcome and pass through', async () => {
  const metrics = create();
  const web = createWeb();
  web.put('https://a.example/', Buffer.from('x'));
  web.put('https://b.example/', new LetterboxError('lookup-busy', {}));
  web.put('https://c.example/', new Error('down'));
  const fetch = metrics.fetch(web.fetch);
  expect((await fetch('https://a.example/')).status).toBe(200);
  await expect(fetch('https://b.example/')).rejects.toThrow('lookup-busy');
  await expect(fetch('https://c.example/')).rejects.toThrow('down');
  const page = await pageOf(metrics);
  for (const outcome of ['200', 'lookup-busy', 'failed']) {
    expect(page).toContain(`letterbox_lookup_requests_total{outcome="${outcome}"} 1`);
  }
});

test('sockets, subscriptions and sweeps', async () => {
  const metrics = create();
  const { meter } = metrics;
  meter.sockets(1);
  meter.sockets(1);
  meter.sockets(-1);
  meter.subscriptions(1);
  meter.swept(500);
  const page = await pageOf(metrics);
  expect(page).toContain('letterbox_sockets 1');
  expect(page).toContain('letterbox_subscriptions 1');
  expect(page).toContain('letterbox_swept_total 500');
});

test('with a token, only who shows it has the page', async () => {
  const { page } = create('secret');
  for (const wrong of [undefined, '', 'secret', 'Bearer other', 'Bearer secret2']) {
    expect(await page.text(wrong)).toBeUndefined();
  }
  expect(await page.text('Bearer secret')).toContain('letterbox_sockets');
});

test('through the server: the page names no one, and is 401 or 404 where it should be', async () => {
  const metrics = create();
  const harness = createHarness({ metrics });
  await harness.settle(alice);
  await harness.settle(bob);
  await harness.send(alice, bob, 'one');
  await harness.server.fetch(request('GET', `/v1/inboxes/${bob.address}/${alice.address}`));
  await harness.server.fetch(request('BREW', `/v1/inboxes/${bob.address}`));
  const socket = harness.server.events.open({ send: () => undefined, close: () => undefined });
  const response = await harness.server.fetch(request('GET', '/metrics'));
  expect([response.status, response.headers.get('content-type')]).toEqual([200, metrics.page.contentType]);
  const page = await response.text();
  expect(page).toContain('letterbox_sockets 1');
  expect(page).toMatch(
    /letterbox_requests_total\{route="\/v1\/inboxes\/\{address\}\/messages".*status="201"/,
  );
  expect(page).toContain('method="other"');
  for (const known of [alice.address, bob.address, alice.app, 'hub.example', 'BREW'])
    expect(page).not.toContain(known);
  socket.closed();
  socket.closed();
  expect(await pageOf(metrics)).toContain('letterbox_sockets 0');

  expect(
    (await createHarness({ metrics: create('x') }).server.fetch(request('GET', '/metrics'))).status,
  ).toBe(401);
  expect((await createHarness().server.fetch(request('GET', '/metrics'))).status).toBe(404);
});
