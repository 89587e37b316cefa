import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import type { Tab } from '../../scripts/journey/tab.ts';
import type { LetterboxApi } from '../../src/protocol/page-api.ts';
import { disableOrigin, enableOrigin } from './extension-fixture.ts';
import { hostilePages } from './hostile-pages.ts';
import { BROWSER, launchBrowser } from './launch.ts';
import { serveSite, type Site } from './site.ts';

/** Pages of a site where Letterbox is on, but which nobody has connected: whatever they try, they get a refusal. */
let browser: ExtensionBrowser;
let site: Site;
let stranger: Site;

beforeAll(async () => {
  [site, stranger] = await Promise.all([serveSite(hostilePages()), serveSite(hostilePages())]);
  browser = await launchBrowser({ headless: true });
  await enableOrigin(browser, site.origin);
});

afterAll(async () => {
  await browser.close();
  await site[Symbol.asyncDispose]();
  await stranger[Symbol.asyncDispose]();
});

declare global {
  // oxlint-disable-next-line no-var -- how a global is declared
  var letterbox: LetterboxApi | undefined;
  var caught: unknown[];
  var forge: () => void;
}

async function open(path: string, origin = site.origin): Promise<Tab> {
  const page = await browser.newTab();
  await page.goto(`${origin}${path}`);
  return page;
}

/** What a call comes to: its error's code, or `answered`. */
function codeOf(page: Tab, method: 'list' | 'send' = 'list'): Promise<string> {
  return page.evaluate(async (name) => {
    try {
      await globalThis.letterbox?.[name]({ to: 'bob.id.blockstack', body: 'x', secret: true } as never);
      return 'answered';
    } catch (error) {
      return (error as { code?: string }).code ?? String(error);
    }
  }, method);
}

const caughtIn = (page: Tab) => page.evaluate(() => globalThis.caught);

describe('on a site where Letterbox is on', () => {
  test('a page that nobody connected gets a refusal to every call, and no message', async () => {
    const page = await open('/');
    expect(await codeOf(page, 'list')).toBe('not-connected');
    expect(await codeOf(page, 'send')).toBe('not-connected');
    await page.close();
  });

  test('the API is there before the first script of the page, and cannot be changed', async () => {
    const page = await open('/');
    const attempts = await page.evaluate(() => {
      const before = globalThis.letterbox;
      const assigned = Reflect.set(globalThis, 'letterbox', 'mine');
      const changed = before !== undefined && Reflect.set(before, 'list', () => 'mine');
      return { same: globalThis.letterbox === before, kind: typeof before, assigned, changed };
    });
    expect(attempts).toEqual({ same: true, kind: 'object', assigned: false, changed: false });
    await page.close();
  });

  test('a script that declares a letterbox of its own runs', async () => {
    const page = await open('/');
    await page.addScriptTag({ content: 'const letterbox = "mine"; document.title = letterbox;' });
    expect(await page.title()).toBe('mine');
    await page.close();
  });

  test('it announces itself to a page that asks, after EIP-6963', async () => {
    const page = await open('/');
    const announced = await page.evaluate(
      () =>
        new Promise<{ name: string; same: boolean }>((resolve) => {
          addEventListener('letterbox:announceProvider', (event) => {
            const { info, provider } = (event as CustomEvent).detail;
            resolve({ name: info.name, same: provider === globalThis.letterbox });
          });
          dispatchEvent(new Event('letterbox:requestProvider'));
        }),
    );
    expect(announced).toEqual({ name: 'Letterbox', same: true });
    await page.close();
  });

  test('an eavesdropper hears no port, not even when it was there first', async () => {
    const page = await open('/eavesdropper');
    expect(await codeOf(page)).toBe('not-connected');
    await disableOrigin(browser, site.origin);
    await enableOrigin(browser, site.origin); // now its listeners are there before the port is
    await expect.poll(() => codeOf(page)).toBe('not-connected');
    expect(await caughtIn(page)).toEqual([]);
    await page.close();
  });

  test('a forged port gets no call, and its answers reach nobody', async () => {
    const page = await open('/forger');
    await page.evaluate(() => globalThis.forge());
    expect(await codeOf(page)).toBe('not-connected');
    expect(await caughtIn(page)).toEqual([]);
    await page.close();
  });

  test('a page that rewrote the platform sees nothing pass', async () => {
    const page = await open('/tamperer');
    // it calls by itself and shows in its title what came of it: to evaluate anything in it would trip its traps
    await expect.poll(() => page.title()).toBe('not-connected, caught 0:');
    await page.close();
  });

  test('frames get nothing, of its own origin or sandboxed', async () => {
    const page = await browser.newTab();
    await page.addInitScript(() => {
      globalThis.caught = [];
      addEventListener('message', ({ data }: MessageEvent<unknown>) => globalThis.caught.push(data));
    });
    await page.goto(`${site.origin}/outer`);
    await page.waitForFunction(() => globalThis.caught.length === 2);
    const nothing = { found: 'undefined', what: 'nothing' };
    expect(await caughtIn(page)).toEqual([nothing, nothing]);
    const [, , sandboxed] = await page.frames();
    expect(await sandboxed?.evaluate(() => [globalThis.origin, typeof globalThis.letterbox])).toEqual([
      'null',
      'undefined',
    ]);
    await page.close();
  });

  test('a page whose origin is opaque is refused, whatever its URL says', async () => {
    const page = await open('/sandboxed');
    expect(await page.evaluate(() => globalThis.origin)).toBe('null');
    expect(await codeOf(page)).toBe('disconnected');
    await page.close();
  });

  test('a flood is refused, and leaves room for the next call', async () => {
    const page = await open('/');
    const { codes, seconds } = await page.evaluate(async () => {
      const start = performance.now();
      const calls = Array.from({ length: 2000 }, async () => {
        try {
          await globalThis.letterbox?.list();
          return 'answered';
        } catch (error) {
          return (error as { code: string }).code;
        }
      });
      const counts: Record<string, number> = {};
      for (const code of await Promise.all(calls)) counts[code] = (counts[code] ?? 0) + 1;
      return { codes: counts, seconds: (performance.now() - start) / 1000 };
    });
    expect(Object.keys(codes).toSorted()).toEqual(['busy', 'not-connected']);
    // sixty at once, and ten more for each second that it lasted
    expect(codes['not-connected']).toBeLessThan(60 + 10 * seconds);
    await expect.poll(() => codeOf(page)).toBe('not-connected');
    await page.close();
  });

  test('what is too large or no JSON is refused by name', async () => {
    const page = await open('/');
    const codes = await page.evaluate(async () => {
      const cyclic: Record<string, unknown> = {};
      cyclic['self'] = cyclic;
      const bodies = ['x'.repeat(600_000), cyclic, 1n, undefined];
      return Promise.all(
        bodies.map(async (body) => {
          try {
            await globalThis.letterbox?.send({ to: 'bob.id.blockstack', body: body as never });
            return 'answered';
          } catch (error) {
            const { code, name } = error as { code?: string; name: string };
            return code ?? name;
          }
        }),
      );
    });
    expect(codes.slice(0, 3)).toEqual(['too-large', 'TypeError', 'TypeError']);
    expect(codes[3]).not.toBe('answered');
    await page.close();
  });
});

/** What a frame shows instead of what its page may not have. */
const REFUSED = { chromium: 'chrome-error://chromewebdata/', firefox: 'about:blank' };

describe('what no page can reach', () => {
  test('a site where Letterbox is off has no API and no way to the extension', async () => {
    // to Firefox all ports of a host are one site: there only the calls are refused, as isolation.browser.test.ts has it
    const other = BROWSER === 'firefox' ? stranger.origin.replace('127.0.0.1', 'localhost') : stranger.origin;
    const page = await open('/', other);
    const found = await page.evaluate(() => [
      typeof globalThis.letterbox,
      typeof (globalThis as { chrome?: { runtime?: unknown } }).chrome?.runtime,
    ]);
    expect(found).toEqual(['undefined', 'undefined']);
    await page.close();
  });

  test.each(['popup/index.html', 'approve/index.html', 'settings/index.html', 'content.js', 'manifest.json'])(
    'a page can neither fetch nor frame %s',
    async (file) => {
      const page = await open('/');
      const url = `${browser.origin}/${file}`;
      const fetched = await page.evaluate(
        (address) =>
          fetch(address).then(
            () => 'fetched',
            () => 'refused',
          ),
        url,
      );
      expect(fetched).toBe('refused');
      await page.evaluate(
        (addresses) =>
          new Promise<void>((resolve) => {
            for (const address of addresses) {
              const frame = document.createElement('iframe');
              frame.src = address;
              if (address.startsWith(origin)) frame.addEventListener('load', () => resolve());
              document.body.append(frame);
            }
          }),
        [url, `${site.origin}/inner`],
      );
      const shown = async () => {
        const [, ...frames] = await page.frames();
        return Promise.all(frames.map((frame) => frame.evaluate(() => location.href)));
      };
      await expect
        .poll(async () => (await shown()).toSorted())
        .toEqual([REFUSED[BROWSER], `${site.origin}/inner`]);
      await page.close();
    },
  );
});

describe('turning it off and on', () => {
  test('an open page is told, calls fail, and the same object works again without a reload', async () => {
    const page = await open('/');
    await page.evaluate(() => {
      globalThis.letterbox?.on('disconnect', ({ reason }) => globalThis.caught.push(reason));
    });
    await disableOrigin(browser, site.origin);
    await page.waitForFunction(() => globalThis.caught.length > 0);
    expect(await caughtIn(page)).toEqual(['extension']);
    expect(await codeOf(page)).toBe('disconnected');
    const fresh = await open('/');
    expect(await fresh.evaluate(() => typeof globalThis.letterbox)).toBe('undefined');

    await enableOrigin(browser, site.origin);
    await expect.poll(() => codeOf(page)).toBe('not-connected');
    await expect.poll(() => codeOf(fresh)).toBe('not-connected');
    for (const one of [page, fresh]) await one.close();
  });

  test('a killed worker is woken by the next call', async () => {
    const page = await open('/');
    expect(await codeOf(page)).toBe('not-connected');
    await browser.killWorker();
    expect(await codeOf(page)).toBe('not-connected');
    await page.close();
  });
});
