import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createLetterbox } from '../../src/client/letterbox.ts';
import type { LetterboxApi } from '../../src/protocol/page-api.ts';
import type { PageCall } from '../../src/protocol/page-wire.ts';

describe('the page API over a channel', () => {
  let posted: PageCall[];
  let connected: boolean;
  let answer: (message: unknown) => void;
  let letterbox: LetterboxApi;

  beforeEach(() => {
    posted = [];
    connected = true;
    letterbox = createLetterbox({
      post: (call) => {
        posted.push(call);
        return connected;
      },
      start: (receive) => {
        answer = receive;
      },
    });
  });

  test('sends the argument as JSON text under an id of its own, and gives what comes back', async () => {
    const first = letterbox.list({ limit: 5 });
    const second = letterbox.list();
    expect(posted).toEqual([
      { kind: 'call', id: '1', method: 'list', args: '{"limit":5}' },
      { kind: 'call', id: '2', method: 'list' },
    ]);
    answer({ kind: 'result', id: '2', ok: 'two' });
    answer({ kind: 'result', id: '1', ok: 'one' });
    expect(await Promise.all([first, second])).toEqual(['one', 'two']);
  });

  test('rejects with the error of the other side, rebuilt', async () => {
    const call = letterbox.connect();
    answer({ kind: 'error', id: '1', error: { code: 'rejected', context: { method: 'connect' } } });
    await expect(call).rejects.toMatchObject({
      name: 'LetterboxError',
      code: 'rejected',
      context: { method: 'connect' },
    });
  });

  test('rejects at once where there is no other end', async () => {
    connected = false;
    await expect(letterbox.connect()).rejects.toMatchObject({ code: 'disconnected' });
  });

  test('what is open when the other end is lost is rejected, and then the page is told', async () => {
    const told: string[] = [];
    letterbox.on('disconnect', ({ reason }) => told.push(reason));
    const listed = async (): Promise<void> => {
      await letterbox.list();
    };
    for (const call of [letterbox.connect(), listed()])
      void call.catch((error: unknown) => told.push((error as { code: string }).code));
    answer({ kind: 'lost' });
    await vi.waitFor(() => expect(told).toEqual(['disconnected', 'disconnected', 'extension']));
  });

  test('an argument that is not JSON rejects and posts nothing', async () => {
    await expect(letterbox.send({ to: 'a', body: 1n as never })).rejects.toBeInstanceOf(TypeError);
    expect(posted).toEqual([]);
  });

  test('a message that is told twice is heard once', () => {
    const heard = vi.fn<(message: unknown) => void>();
    letterbox.on('message', heard);
    const message = { id: 'one', from: { address: 'alice' } };
    for (const detail of [
      message,
      message,
      { ...message, id: 'two' },
      { ...message, from: { address: 'bob' } },
    ]) {
      answer({ kind: 'event', event: 'message', detail });
    }
    expect(heard).toHaveBeenCalledTimes(3);
  });

  test('an answer that nobody waits for, or comes twice, changes nothing', async () => {
    const call = letterbox.list();
    answer({ kind: 'result', id: '7', ok: 'stray' });
    answer({ kind: 'result', id: 'constructor', ok: 'stray' });
    answer({ kind: 'result', id: '1', ok: 'first' });
    answer({ kind: 'result', id: '1', ok: 'second' });
    expect(await call).toBe('first');
  });

  test('the object cannot be changed', () => {
    expect(Object.isFrozen(letterbox)).toBe(true);
    expect(letterbox.version).toBe(1);
  });

  describe('events', () => {
    test('reach the listeners of that event until they end', () => {
      const heard: unknown[] = [];
      const end = letterbox.on('message', (detail) => heard.push(['a', detail]));
      letterbox.on('message', (detail) => heard.push(['b', detail]));
      letterbox.on('outbox', (detail) => heard.push(['outbox', detail]));
      const message = (id: string) => ({ id, from: { address: 'alice' } });
      answer({ kind: 'event', event: 'message', detail: message('one') });
      end();
      answer({ kind: 'event', event: 'message', detail: message('two') });
      answer({ kind: 'event', event: 'toString', detail: 3 });
      expect(heard).toEqual([
        ['a', message('one')],
        ['b', message('one')],
        ['b', message('two')],
      ]);
    });

    test('an unknown event is a TypeError, as is a listener that is none', () => {
      expect(() => letterbox.on('constructor' as never, () => undefined)).toThrow(TypeError);
      expect(() => letterbox.on('message', 'listener' as never)).toThrow(TypeError);
    });
  });
});

describe('a page that rewrote what the platform gives', () => {
  test('sees nothing of a call', async () => {
    const seen: unknown[] = [];
    const trap = (...args: unknown[]): never => {
      seen[seen.length] = args;
      throw new Error('trapped');
    };
    let answer: (message: unknown) => void = trap;
    const letterbox = createLetterbox({
      post: () => true,
      start: (receive) => {
        answer = receive;
      },
    });
    const originals = [
      [Map.prototype, { set: Map.prototype.set }],
      [Array.prototype, { push: Array.prototype.push, map: Array.prototype.map }],
      [JSON, { stringify: JSON.stringify }],
      [Object, { create: Object.create, freeze: Object.freeze }],
    ] as const;
    for (const [place, methods] of originals) for (const name in methods) Reflect.set(place, name, trap);
    let call: Promise<unknown>;
    try {
      call = letterbox.list({ limit: 1 });
      letterbox.on('message', () => undefined);
      answer({ kind: 'result', id: '1', ok: 'mine' });
    } finally {
      for (const [place, methods] of originals) Object.assign(place, methods);
    }
    expect(await call).toBe('mine');
    expect(seen).toHaveLength(0);
  });
});

describe('a call that nobody answers', () => {
  beforeEach(() => {
    vi.useFakeTimers();
    vi.resetModules(); // the module takes its timers when it is loaded
  });
  afterEach(() => {
    vi.useRealTimers();
    vi.resetModules();
  });

  test('fails after 30 seconds where no person is asked', async () => {
    const { createLetterbox: create } = await import('../../src/client/letterbox.ts');
    const letterbox = create({ post: () => true, start: () => undefined });
    const failed = vi.fn();
    void letterbox.list().catch(failed);
    await vi.advanceTimersByTimeAsync(29_999);
    expect(failed).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(1);
    expect(failed).toHaveBeenCalledWith(expect.objectContaining({ code: 'unavailable' }));
  });

  test('waits for the person who is asked', async () => {
    const { createLetterbox: create } = await import('../../src/client/letterbox.ts');
    const letterbox = create({ post: () => true, start: () => undefined });
    const settled = vi.fn();
    void letterbox.connect().finally(settled);
    void letterbox.send({ to: 'bob.id.blockstack', body: 'hello' }).finally(settled);
    await vi.advanceTimersByTimeAsync(24 * 3600 * 1000);
    expect(settled).not.toHaveBeenCalled();
  });
});
