import { expect, test } from 'vitest';
import { createNetwork } from '../../../extension/background/network.ts';
import { createMemoryArea } from '../../agent/memory-area.ts';

/** A browser's memory, over which workers come and go. */
function scene() {
  const session = createMemoryArea();
  const state = { isOnline: true, told: 0, online: async () => void (state.told += 1) };
  const worker = () =>
    createNetwork({ isOnline: () => state.isOnline, session, online: () => state.online() });
  return { state, worker };
}

test('it is told once that the network is back, by whichever worker looks first', async () => {
  const { state, worker } = scene();
  await worker()();
  state.isOnline = false;
  const before = worker();
  await before();
  await worker()();
  expect(state.told).toBe(0);
  state.isOnline = true;
  const after = worker();
  await after();
  await after();
  await before();
  expect(state.told).toBe(1);
});

test('a worker that ends while it tells has the next one tell', async () => {
  const { state, worker } = scene();
  state.isOnline = false;
  await worker()();
  state.isOnline = true;
  const tell = state.online;
  state.online = () => Promise.reject(new Error('the worker ended'));
  await expect(worker()()).rejects.toThrow('ended');
  state.online = tell;
  await worker()();
  expect(state.told).toBe(1);
});
