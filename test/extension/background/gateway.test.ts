import { beforeEach, describe, expect, test, vi } from 'vitest';
import { createGateway } from '../../../extension/background/gateway.ts';
import { createPages } from '../../../extension/background/pages.ts';
import type { PageGate } from '../../../src/agent/agent.ts';
import { LetterboxError } from '../../../src/protocol/errors.ts';
import { MAX_ARGS } from '../../../src/protocol/page-wire.ts';
import { fakePort, type FakePort } from './fake-port.ts';

const APP = 'https://app.example';
const own = { id: 'ours', url: 'chrome-extension://ours/' };
const stamp = { id: 'ours', frameId: 0, origin: APP, url: `${APP}/`, tab: { id: 7 } };

const gate = {
  connect: vi.fn<PageGate['connect']>(),
  send: vi.fn<PageGate['send']>(),
  list: vi.fn<PageGate['list']>(),
  markRead: vi.fn<PageGate['markRead']>(),
  mayListen: vi.fn<PageGate['mayListen']>(),
};
const report = vi.fn();
let enabled = true;
let leave = true;
let take: (port: FakePort) => void;

beforeEach(() => {
  vi.resetAllMocks();
  enabled = true;
  leave = true;
  take = createGateway({
    own,
    pages: createPages({ tabsOf: () => Promise.resolve([]), nudge: () => Promise.resolve(false) }),
    limiter: () => leave,
    isEnabled: () => Promise.resolve(enabled),
    gate: () => Promise.resolve(gate),
    report,
  });
});

function connect(sender: unknown = stamp): FakePort {
  const port = fakePort(sender);
  take(port);
  return port;
}

const call = (more: object) => ({ kind: 'call', id: 'r1', method: 'list', ...more });

describe('a call', () => {
  test('reaches the agent with the stamped origin, the tab and the id of the request', async () => {
    gate.list.mockResolvedValue({ messages: [], more: false });
    const port = connect();
    port.say(call({ args: '{"limit":3}' }));
    await vi.waitFor(() => expect(port.posted).toHaveLength(1));
    expect(gate.list).toHaveBeenCalledWith({ app: APP, place: 'tab:7', request: 'r1' }, { limit: 3 });
    expect(port.posted).toEqual([{ kind: 'result', id: 'r1', ok: { messages: [], more: false } }]);
  });

  test("cannot name another app: what it says of itself is the agent's to parse, not a stamp", async () => {
    const port = connect();
    port.say(call({ app: 'https://other.example', origin: 'https://other.example', args: '{}' }));
    await vi.waitFor(() => expect(port.posted).toHaveLength(1));
    expect(gate.list.mock.calls[0]?.[0].app).toBe(APP);
  });

  test.each([
    ['an unknown method', { method: 'decide' }, 'not-allowed'],
    ['a method of every object', { method: 'constructor' }, 'not-allowed'],
    ['mayListen, which is not for pages', { method: 'mayListen' }, 'not-allowed'],
    ['another kind of frame', { kind: 'result' }, 'malformed'],
    ['arguments that are no text', { args: { limit: 1 } }, 'malformed'],
    ['arguments that are not JSON', { args: '{' }, 'malformed'],
    ['too much', { args: `"${'x'.repeat(MAX_ARGS)}"` }, 'too-large'],
  ])('is refused by name: %s', async (_, more, code) => {
    const port = connect();
    port.say(call(more));
    await vi.waitFor(() => expect(port.posted).toHaveLength(1));
    expect(port.posted).toMatchObject([{ kind: 'error', id: 'r1', error: { code } }]);
    for (const method of Object.values(gate)) expect(method).not.toHaveBeenCalled();
  });

  test.each([undefined, null, 7, 'call', [], { kind: 'call' }, { id: 7 }, { id: 'x'.repeat(65) }])(
    'that cannot be answered is dropped: %j',
    async (frame) => {
      gate.list.mockResolvedValue({ messages: [], more: false });
      const port = connect();
      port.say(frame);
      port.say(call({}));
      await vi.waitFor(() => expect(port.posted).toHaveLength(1));
      expect(port.posted).toMatchObject([{ kind: 'result', id: 'r1' }]);
    },
  );

  test('from a site that is not on is refused, and its script is told to end', async () => {
    enabled = false;
    const port = connect();
    port.say(call({}));
    await vi.waitFor(() => expect(port.posted).toHaveLength(2));
    expect(port.posted).toContainEqual({ kind: 'off' });
    expect(port.posted).toMatchObject([{}, { error: { code: 'not-allowed' } }]);
    expect(gate.list).not.toHaveBeenCalled();
  });

  test('above the rate is refused', async () => {
    leave = false;
    const port = connect();
    port.say(call({}));
    await vi.waitFor(() => expect(port.posted).toHaveLength(1));
    expect(port.posted).toMatchObject([{ error: { code: 'busy', context: { method: 'list' } } }]);
  });

  test('above 32 unanswered is refused, and one answered makes room', async () => {
    const { promise, resolve } = Promise.withResolvers<never>();
    gate.connect.mockReturnValue(promise);
    const port = connect();
    for (let n = 0; n < 40; n += 1) port.say(call({ id: `c${n}`, method: 'connect' }));
    await vi.waitFor(() => expect(port.posted).toHaveLength(8));
    expect(gate.connect).toHaveBeenCalledTimes(32);
    resolve(undefined as never);
    await vi.waitFor(() => expect(port.posted).toHaveLength(40));
    port.say(call({ id: 'next', method: 'connect' }));
    await vi.waitFor(() => expect(gate.connect).toHaveBeenCalledTimes(33));
  });

  test("gives the agent's refusal as code and context, and is no fault of ours", async () => {
    gate.send.mockRejectedValue(new LetterboxError('not-connected', { app: APP }));
    const port = connect();
    port.say(call({ method: 'send', args: '{}' }));
    await vi.waitFor(() => expect(port.posted).toHaveLength(1));
    expect(port.posted).toEqual([
      { kind: 'error', id: 'r1', error: { code: 'not-connected', context: { app: APP } } },
    ]);
    expect(report).not.toHaveBeenCalled();
  });

  test('that breaks us says nothing of how, and is reported', async () => {
    const fault = new RangeError('the secret is 42');
    gate.list.mockRejectedValue(fault);
    const port = connect();
    port.say(call({}));
    await vi.waitFor(() => expect(port.posted).toHaveLength(1));
    expect(JSON.stringify(port.posted)).not.toContain('42');
    expect(port.posted).toMatchObject([{ error: { code: 'internal' } }]);
    expect(report).toHaveBeenCalledWith(fault);
  });

  test('whose page is gone is answered to nobody', async () => {
    const { promise, resolve } = Promise.withResolvers<never>();
    gate.connect.mockReturnValue(promise);
    const port = connect();
    port.say(call({ method: 'connect' }));
    await vi.waitFor(() => expect(gate.connect).toHaveBeenCalled());
    port.end();
    resolve(undefined as never);
    await promise;
    await new Promise(setImmediate);
    expect(port.posted).toEqual([]);
    expect(report).not.toHaveBeenCalled();
  });
});

describe('a port', () => {
  test.each([
    ['of a sandboxed frame', { ...stamp, origin: 'null' }],
    ['of a subframe', { ...stamp, frameId: 1 }],
    ['of another extension', { ...stamp, id: 'theirs' }],
  ])('%s is told to end, and nothing it says is heard', async (_, sender) => {
    const port = connect(sender);
    expect(port.posted).toEqual([{ kind: 'off' }]);
    expect(port.closed).toBe(true);
    port.say(call({}));
    await new Promise(setImmediate);
    expect(gate.list).not.toHaveBeenCalled();
  });
});
