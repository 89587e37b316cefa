import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createRelay } from '../../../extension/content/relay.ts';
import { MAX_ARGS } from '../../../src/protocol/page-wire.ts';
import { FakeRuntime } from './fake-runtime.ts';

const call = (id: string, more: object = {}) => ({ kind: 'call', id, method: 'list', ...more });

let runtime: FakeRuntime;
let told: unknown[];
let say: (frame: unknown) => void;
let ended: ReturnType<typeof vi.fn<() => void>>;

beforeEach(() => {
  vi.useFakeTimers();
  runtime = new FakeRuntime();
  told = [];
  ended = vi.fn<() => void>();
  const page = {
    postMessage: (message: unknown) => told.push(message),
    onmessage: null,
  } as unknown as MessagePort;
  createRelay(runtime, page, ended);
  say = (data) => page.onmessage?.({ data } as MessageEvent);
});

afterEach(() => {
  vi.useRealTimers();
});

const idsOf = (frames: readonly Record<string, unknown>[]) => frames.map(({ id }) => String(id));

test('asked whether it is there, it answers by itself', () => {
  say({ kind: 'ping' });
  expect(told).toEqual([{ kind: 'pong' }]);
  expect(runtime.ports).toHaveLength(0);
});

describe('a call', () => {
  test('goes out under an id that no other document has, and its answer back under its own', () => {
    say(call('1', { args: '{}' }));
    const [out] = runtime.port.posted;
    expect(out).toMatchObject({ kind: 'call', method: 'list', args: '{}' });
    expect(out?.['id']).toMatch(/^[0-9a-f-]{36}\.1$/);
    runtime.port.answer({ kind: 'result', id: out?.['id'], ok: 5 });
    expect(told).toEqual([{ kind: 'result', id: '1', ok: 5 }]);
  });

  test('carries nothing but what a call has', () => {
    say(call('1', { app: 'https://other.example', more: { a: 1 } }));
    expect(Object.keys(runtime.port.posted[0] ?? {}).toSorted()).toEqual(['id', 'kind', 'method']);
  });

  test('is answered once', () => {
    say(call('1'));
    const [id] = idsOf(runtime.port.posted);
    runtime.port.answer({ kind: 'result', id, ok: 1 });
    runtime.port.answer({ kind: 'result', id, ok: 2 });
    runtime.port.answer({ kind: 'result', id: 'stray', ok: 3 });
    expect(told).toHaveLength(1);
  });

  test.each([
    ['an unknown method', { method: 'decide' }, 'not-allowed'],
    ['no text for arguments', { args: {} }, 'malformed'],
    ['too much', { args: 'x'.repeat(MAX_ARGS + 1) }, 'too-large'],
  ])('stops here: %s', (_, more, code) => {
    say(call('1', more));
    expect(told).toMatchObject([{ kind: 'error', id: '1', error: { code } }]);
    expect(runtime.ports).toHaveLength(0);
  });

  test.each([undefined, null, 'x', {}, { id: 1 }])('that has no id is dropped: %j', (frame) => {
    say(frame);
    expect(told).toEqual([]);
    expect(runtime.ports).toHaveLength(0);
  });

  test('a flood stops here at 32', () => {
    for (let n = 0; n < 1000; n += 1) say(call(`${n}`));
    expect(runtime.port.posted).toHaveLength(32);
    expect(told).toHaveLength(968);
    expect(told[0]).toMatchObject({ id: '32', error: { code: 'busy' } });
  });
});

describe('when the worker dies', () => {
  test('open calls go out again under the same ids, answered ones do not', async () => {
    say(call('1'));
    say(call('2'));
    const first = runtime.port;
    const [answered, open] = idsOf(first.posted);
    first.answer({ kind: 'result', id: answered });
    first.die();
    await vi.advanceTimersByTimeAsync(100);
    expect(runtime.ports).toHaveLength(2);
    expect(idsOf(runtime.port.posted)).toEqual([open]);
    runtime.port.answer({ kind: 'result', id: open, ok: 'late' });
    expect(told.at(-1)).toEqual({ kind: 'result', id: '2', ok: 'late' });
  });

  test('a call made meanwhile takes the open ones with it', () => {
    say(call('1'));
    const [id] = idsOf(runtime.port.posted);
    runtime.port.die();
    say(call('2'));
    expect(idsOf(runtime.port.posted)).toContain(id);
    expect(runtime.port.posted).toHaveLength(2);
  });

  test('nothing happens where nothing is open: the worker may sleep', async () => {
    say(call('1'));
    const [id] = idsOf(runtime.port.posted);
    runtime.port.answer({ kind: 'result', id });
    runtime.port.die();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(runtime.ports).toHaveLength(1);
  });

  test('a worker that keeps dying is tried less and less often', async () => {
    say(call('1'));
    for (let n = 0; n < 12; n += 1) {
      runtime.port.die();
      await vi.advanceTimersByTimeAsync(5000);
    }
    expect(runtime.ports).toHaveLength(13);
    runtime.port.die();
    await vi.advanceTimersByTimeAsync(4999);
    expect(runtime.ports).toHaveLength(13);
    await vi.advanceTimersByTimeAsync(1);
    expect(runtime.ports).toHaveLength(14);
  });

  test('a port that turns out to be closed is made anew', async () => {
    say(call('1'));
    runtime.port.open = false;
    say(call('2'));
    await vi.advanceTimersByTimeAsync(100);
    expect(runtime.port.posted).toHaveLength(2);
  });
});

describe('events', () => {
  test('go to the page', () => {
    runtime.wake({ kind: 'wake' });
    const event = { kind: 'event', event: 'message', detail: { id: 'm' } };
    runtime.port.answer(event);
    expect(told).toEqual([event]);
  });

  test('a nudge replaces a port that died unheard, and open calls go out again', () => {
    say(call('1'));
    const [stale] = runtime.ports;
    runtime.wake({ kind: 'wake' });
    expect(stale?.open).toBe(false);
    expect(idsOf(runtime.port.posted)).toEqual(idsOf(stale?.posted ?? []));
    stale?.answer({ kind: 'event', event: 'message', detail: { id: 'twice' } });
    expect(told).toEqual([]);
  });
});

describe('the end', () => {
  const end = [{ kind: 'off' }];

  test.each([
    ['turned off by the background', () => runtime.port.answer({ kind: 'off' })],
    ['turned off by a nudge', () => runtime.wake({ kind: 'off' })],
    ['followed by an updated script', () => runtime.succeed()],
  ])('is told to the page once: %s', (_, act) => {
    say(call('1'));
    act();
    act();
    expect(told).toEqual(end);
    expect(ended).toHaveBeenCalledOnce();
    expect(runtime.port.open).toBe(false);
  });

  test('comes when the extension is gone', async () => {
    say(call('1'));
    runtime.living = false;
    runtime.port.die();
    await vi.advanceTimersByTimeAsync(100);
    expect(told).toEqual(end);
  });

  test('comes at the next call where nothing was open', () => {
    runtime.living = false;
    say(call('1'));
    expect(told).toEqual(end);
  });

  test('nothing is carried after it', () => {
    say(call('1'));
    const { port } = runtime;
    runtime.wake({ kind: 'off' });
    say(call('2'));
    port.answer({ kind: 'event', event: 'message', detail: {} });
    runtime.wake({ kind: 'wake' });
    expect(told).toEqual(end);
    expect(runtime.ports).toHaveLength(1);
  });
});
