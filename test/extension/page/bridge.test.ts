import { beforeEach, describe, expect, test, vi } from 'vitest';
import { handOver } from '../../../extension/content/hand-over.ts';
import { createBridge, type Bridge } from '../../../extension/page/bridge.ts';
import { HANDOFF_EVENT, HELLO_EVENT, type PageCall } from '../../../src/protocol/page-wire.ts';

const call: PageCall = { kind: 'call', id: '1', method: 'list' };

let page: Window;
let bridge: Bridge;
let taken: ReturnType<typeof vi.fn<() => void>>;
let received: unknown[];

beforeEach(() => {
  page = new EventTarget() as unknown as Window;
  taken = vi.fn<() => void>();
  received = [];
});

function startPage(): void {
  bridge = createBridge(page);
  const own: unknown[] = []; // what comes late comes to no other test
  received = own;
  bridge.start((message) => own.push(message));
  bridge.onPort(taken);
}

function startContent(): MessagePort {
  const { port1, port2 } = new MessageChannel();
  handOver(page, port2);
  return port1;
}

const nextMessage = (port: MessagePort) =>
  new Promise<unknown>((resolve) => {
    port.addEventListener('message', ({ data }) => resolve(data), { once: true });
    port.start();
  });

describe('the port changes hands at once', () => {
  test.each([
    ['the page script first', () => (startPage(), startContent())],
    [
      'the content script first',
      () => {
        const port = startContent();
        startPage();
        return port;
      },
    ],
  ])('%s', async (_, start) => {
    const port = start();
    expect(taken).toHaveBeenCalledOnce();
    expect(bridge.post(call)).toBe(true);
    expect(await nextMessage(port)).toEqual(call);
    port.postMessage({ kind: 'result', id: '1' });
    await vi.waitFor(() => expect(received).toEqual([{ kind: 'result', id: '1' }]));
    port.close();
  });
});

describe('a script of the page', () => {
  test('that listens for the port hears nothing', () => {
    startPage();
    const heard = vi.fn();
    page.addEventListener(HANDOFF_EVENT, heard, true);
    const port = startContent();
    page.dispatchEvent(new Event(HELLO_EVENT));
    expect(heard).not.toHaveBeenCalled();
    expect(taken).toHaveBeenCalledOnce();
    port.close();
  });

  test('cannot put its own port in place of the real one', async () => {
    startPage();
    const port = startContent();
    const forged = new MessageChannel();
    page.dispatchEvent(new MessageEvent(HANDOFF_EVENT, { ports: [forged.port2], cancelable: true }));
    const heard = vi.fn();
    forged.port1.addEventListener('message', heard);
    forged.port1.start();
    const got: unknown[] = [];
    port.addEventListener('message', ({ data }) => got.push(data));
    port.start();
    bridge.post(call);
    await vi.waitFor(() => expect(got).toEqual([{ kind: 'ping' }, call]));
    expect(heard).not.toHaveBeenCalled();
    for (const one of [port, forged.port1]) one.close();
  });

  test('that dispatches the event without a port changes nothing', () => {
    startPage();
    page.dispatchEvent(new MessageEvent(HANDOFF_EVENT));
    expect(bridge.post(call)).toBe(false);
    expect(taken).not.toHaveBeenCalled();
  });
});

test('before there is a port, nothing can be posted', () => {
  startPage();
  expect(bridge.post(call)).toBe(false);
});

test('when its script ends, what is open is lost, on its way or not, and the port of the next is taken', async () => {
  startPage();
  const first = startContent();
  const second = startContent(); // the updated extension's, waiting
  first.postMessage({ kind: 'off' });
  await vi.waitFor(() => expect(taken).toHaveBeenCalledTimes(2));
  expect(received).toEqual([{ kind: 'lost' }]);
  bridge.post(call);
  expect(await nextMessage(second)).toEqual(call);
  expect(received).toHaveLength(1);
  for (const port of [first, second]) port.close();
});

describe('a port that is offered while one is held', () => {
  const offer = () => {
    const { port2 } = new MessageChannel();
    return page.dispatchEvent(new MessageEvent(HANDOFF_EVENT, { ports: [port2], cancelable: true }));
  };

  test('is taken once the script of the first has gone without a word, and what was open is lost', async () => {
    startPage();
    startContent().close();
    const next = startContent();
    await vi.waitFor(() => expect(taken).toHaveBeenCalledTimes(2), { timeout: 10_000 });
    expect(received).toEqual([{ kind: 'lost' }]);
    bridge.post(call);
    expect(await nextMessage(next)).toEqual(call);
    next.close();
  });

  test('is never taken while the script of the first answers, however often, and nobody hears of it', async () => {
    startPage();
    const first = startContent();
    const pings: unknown[] = [];
    first.addEventListener('message', ({ data }) => {
      pings.push(data);
      first.postMessage({ kind: 'pong' });
    });
    first.start();
    const heard = vi.fn();
    page.addEventListener(HANDOFF_EVENT, heard, true);
    // more questions than a silent script is asked before it is given up
    await vi.waitFor(
      () => {
        offer();
        expect(pings.length).toBeGreaterThan(6);
      },
      { timeout: 10_000 },
    );
    expect(heard).not.toHaveBeenCalled();
    expect(taken).toHaveBeenCalledOnce();
    expect(received).toEqual([]);
    first.close();
  });
});
