import { describe, expect, test, vi } from 'vitest';
import { createPages } from '../../../extension/background/pages.ts';
import type { Origin } from '../../../src/protocol/ids.ts';
import type { PageNotice } from '../../../src/protocol/page-wire.ts';
import { fakePort } from './fake-port.ts';

const A = 'https://a.example' as Origin;
const B = 'https://b.example' as Origin;
const notice: PageNotice = { kind: 'event', event: 'disconnect', detail: { reason: 'revoked' } };
const yes = () => Promise.resolve(true);

describe('telling the pages of an app', () => {
  test('reaches those with a live port', async () => {
    const pages = createPages({ tabsOf: () => Promise.resolve([1, 2]), nudge: () => Promise.resolve(true) });
    const ports = [1, 2].map((tabId) => {
      const port = fakePort(undefined);
      pages.add({ app: A, tabId }, port);
      return port;
    });
    await pages.tell(A, notice, yes);
    expect(ports.map(({ posted }) => posted)).toEqual([[notice], [notice]]);
  });

  test('nudges one whose port went with the last worker, and tells it when it is back', async () => {
    const port = fakePort(undefined);
    const pages = createPages({
      tabsOf: () => Promise.resolve([1]),
      nudge: (tabId) => {
        pages.add({ app: A, tabId }, port);
        return Promise.resolve(true);
      },
    });
    await pages.tell(A, notice, yes);
    expect(port.posted).toEqual([notice]);
  });

  test('asks for the tabs once for all that it is told in one turn, and again in the next', async () => {
    const port = fakePort(undefined);
    const tabsOf = vi.fn<() => Promise<number[]>>(() => Promise.resolve([1]));
    const pages = createPages({ tabsOf, nudge: () => Promise.resolve(true) });
    pages.add({ app: A, tabId: 1 }, port);
    await Promise.all([1, 2, 3].map(() => pages.tell(A, notice, yes)));
    expect([tabsOf.mock.calls.length, port.posted.length]).toEqual([1, 3]);
    await pages.tell(A, notice, yes);
    expect([tabsOf.mock.calls.length, port.posted.length]).toEqual([2, 4]);
  });

  test('gives up where no script of ours hears it', async () => {
    const pages = createPages({ tabsOf: () => Promise.resolve([1]), nudge: () => Promise.resolve(false) });
    await expect(pages.tell(A, notice, yes)).resolves.toBeUndefined();
  });

  test('gives up on one that does not come back', async () => {
    vi.useFakeTimers();
    const pages = createPages({ tabsOf: () => Promise.resolve([1]), nudge: () => Promise.resolve(true) });
    const told = pages.tell(A, notice, yes);
    await vi.advanceTimersByTimeAsync(5000);
    await expect(told).resolves.toBeUndefined();
    vi.useRealTimers();
  });

  test('tells nothing to a tab that shows another app by now', async () => {
    const port = fakePort(undefined);
    const pages = createPages({ tabsOf: () => Promise.resolve([1]), nudge: () => Promise.resolve(false) });
    pages.add({ app: B, tabId: 1 }, port);
    await pages.tell(A, notice, yes);
    expect(port.posted).toEqual([]);
  });

  test('tells nothing that is not allowed', async () => {
    const port = fakePort(undefined);
    const pages = createPages({ tabsOf: () => Promise.resolve([1]), nudge: () => Promise.resolve(false) });
    pages.add({ app: A, tabId: 1 }, port);
    await pages.tell(A, notice, () => Promise.resolve(false));
    expect(port.posted).toEqual([]);
  });

  test('a site that was turned off is told to end, others are not', async () => {
    const pages = createPages({ tabsOf: () => Promise.resolve([]), nudge: () => Promise.resolve(false) });
    const [off, on] = [fakePort(undefined), fakePort(undefined)];
    pages.add({ app: A, tabId: 1 }, off);
    pages.add({ app: B, tabId: 2 }, on);
    await pages.endUnless((app) => Promise.resolve(app === B));
    expect([off.posted, on.posted]).toEqual([[{ kind: 'off' }], []]);
  });

  test('a port that ended late does not take the next one with it', async () => {
    const pages = createPages({ tabsOf: () => Promise.resolve([1]), nudge: () => Promise.resolve(false) });
    const [first, second] = [fakePort(undefined), fakePort(undefined)];
    pages.add({ app: A, tabId: 1 }, first);
    pages.add({ app: A, tabId: 1 }, second);
    first.end();
    await pages.tell(A, notice, yes);
    expect(second.posted).toEqual([notice]);
  });
});
