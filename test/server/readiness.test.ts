import { expect, test } from 'vitest';
import { LetterboxError } from '../../src/protocol/errors.ts';
import { createReadiness } from '../../src/server/readiness.ts';
import type { Store } from '../../src/server/stores/store.ts';
import { createHarness, createTime, problemOf, request } from './harness.ts';

test('ready is what the store says, asked at most once a second', async () => {
  const { clock, pass } = createTime();
  let checks = 0;
  let broken = false;
  const check = async (): Promise<void> => {
    checks += 1;
    if (broken) throw new LetterboxError('unavailable', {});
  };
  const { ready } = createReadiness({ store: { check } as Store, clock });
  await Promise.all([ready(), ready(), ready()]);
  await ready();
  expect(checks).toBe(1);
  broken = true;
  pass(1);
  await expect(ready()).rejects.toThrow('unavailable');
  await expect(ready()).rejects.toThrow('unavailable');
  expect(checks).toBe(2);
  broken = false;
  pass(1);
  await ready();
});

test('a server about to stop is healthy, and ready no more', async () => {
  const { server } = createHarness();
  const ask = (path: string): Promise<Response> => server.fetch(request('GET', path));
  expect(await (await ask('/readyz')).json()).toEqual({ status: 'ready' });
  server.drain();
  const response = await ask('/readyz');
  expect(response.headers.get('retry-after')).toBe('5');
  expect(await problemOf(response)).toBe('503 unavailable');
  expect((await ask('/healthz')).status).toBe(200);
});

test('a store that is closed is not ready, and the operator is told', async () => {
  const { server, store, failures } = createHarness();
  await store.close();
  expect(await problemOf(await server.fetch(request('GET', '/readyz')))).toBe('503 unavailable');
  expect(failures).toHaveLength(1);
});
