import { expect, test } from 'vitest';
import { utf8 } from '../../src/protocol/bytes.ts';
import { parseServerInfo } from '../../src/protocol/server-api.ts';
import { createHarness, problemOf, request } from './harness.ts';
import { createPerson } from './person.ts';

const alice = createPerson('alice');
const bob = createPerson('bob');

test('the server says what it is', async () => {
  const { server, store } = createHarness();
  const response = await server.fetch(request('GET', '/v1/server'));
  const info = parseServerInfo(new Uint8Array(await response.arrayBuffer()));
  expect(info).toMatchObject({ versions: [1], admission: 'open', epoch: store.epoch, retention: 2_592_000 });
  expect(info.limits).toEqual({
    enrolBytes: 16_384,
    messageBytes: 8192,
    listBytes: 32_768,
    listItems: 200,
    pageItems: 200,
    subscriptions: 64,
    stored: 10_000,
    unknown: 200,
    unknownPerSender: 5,
  });
});

test('it is healthy', async () => {
  const response = await createHarness().server.fetch(request('GET', '/healthz'));
  expect([response.status, await response.json()]).toEqual([200, { status: 'ok' }]);
});

test('a preflight passes without a token, for every origin', async () => {
  const { server } = createHarness();
  const response = await server.fetch(request('OPTIONS', `/v1/inboxes/${bob.address}/messages`));
  expect(response.status).toBe(204);
  expect(Object.fromEntries(response.headers)).toMatchObject({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET, POST, PUT, DELETE',
    'access-control-allow-headers': 'Authorization, Content-Type, Letterbox-Invite',
  });
});

test('every answer is open to all origins and shows Retry-After; problems too', async () => {
  const harness = createHarness();
  await harness.settle(bob);
  const answers = [
    await harness.server.fetch(request('GET', '/v1/server')),
    await harness.server.fetch(request('GET', '/nowhere')),
    await harness.ask(bob, 'read', 'GET', '/messages'),
    await harness.ask(bob, 'ack', 'POST', '/acks', { items: [] }),
    await harness.send(alice, bob, 'one'),
  ];
  expect(answers.map(({ status }) => status)).toEqual([200, 404, 200, 204, 403]);
  for (const { headers } of answers) {
    expect(headers.get('access-control-allow-origin')).toBe('*');
    expect(headers.get('access-control-expose-headers')).toBe('Retry-After');
  }
});

test('a problem is RFC 9457, a missing token names its scheme', async () => {
  const { server } = createHarness();
  const response = await server.fetch(request('GET', `/v1/inboxes/${bob.address}/count`));
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(response.headers.get('www-authenticate')).toBe('Bearer');
  expect(await response.json()).toEqual({
    type: 'urn:letterbox:problem:token-invalid',
    title: 'token invalid',
    status: 401,
    retry: 'never',
  });
});

test('what is no endpoint is 404, another method 405, events without an upgrade 426', async () => {
  const { server } = createHarness();
  const inbox = `/v1/inboxes/${bob.address}`;
  for (const path of [
    '/',
    '/v1',
    '/v1/inboxes',
    `${inbox}/`,
    `${inbox}/other`,
    `${inbox}/messages/x`,
    '//v1/server',
  ]) {
    expect(await problemOf(await server.fetch(request('GET', path)))).toBe('404 about:blank');
  }
  const response = await server.fetch(request('DELETE', `${inbox}/messages`));
  expect(response.headers.get('allow')).toBe('POST, GET, HEAD');
  expect(await problemOf(response)).toBe('405 about:blank');
  expect(await problemOf(await server.fetch(request('GET', inbox)))).toBe('405 about:blank');
  expect(await problemOf(await server.fetch(request('GET', '/v1/events')))).toBe('426 about:blank');
});

test('a path that names no address is malformed', async () => {
  const { server } = createHarness();
  for (const address of ['x', '1BoatSLRHtKNngkdXEeobR76b53LETtpyU', `${bob.address}%20`, '..%2f']) {
    expect(await problemOf(await server.fetch(request('GET', `/v1/inboxes/${address}/count`)))).toBe(
      '400 malformed',
    );
  }
});

test('what breaks inside is told to the operator; the caller hears that it is unavailable', async () => {
  const harness = createHarness();
  await harness.settle(bob);
  await harness.store.close();
  const response = await harness.ask(bob, 'read', 'GET', '/messages');
  expect(response.headers.get('retry-after')).toBe('60');
  expect(await problemOf(response)).toBe('503 unavailable');
  expect(harness.failures).toHaveLength(1);
});

test('the log names endpoints, never inboxes', async () => {
  const harness = createHarness();
  await harness.settle(bob);
  await harness.ask(bob, 'ack', 'POST', '/acks', utf8('{'));
  expect(harness.log).toEqual([
    { route: '/v1/inboxes/{address}', method: 'PUT', status: 204, ms: 0 },
    { route: '/v1/inboxes/{address}/acks', method: 'POST', status: 400, problem: 'malformed', ms: 0 },
  ]);
});
