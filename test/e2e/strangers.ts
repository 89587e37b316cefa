import type { Frame, Tab } from '../../scripts/journey/tab.ts';
import { listenOnLoopback, text, type LoopbackServer } from '../../src/devnet/loopback.ts';
import type { LetterboxApi } from '../../src/protocol/page-api.ts';

/** Pages that are no part of the world: other sites, as good or bad as they like. */
const EMPTY = '<!doctype html><meta charset="utf-8"><title>A stranger</title><h1>A stranger</h1>';

/** Serves an empty page at every path of a fresh origin. */
export function startStranger(): Promise<LoopbackServer> {
  const headers = { 'Content-Type': 'text/html; charset=utf-8' };
  return listenOnLoopback(0, () => () => ({ ...text(200, EMPTY), headers }));
}

type Method = 'connect' | 'send' | 'list' | 'markRead';
export const METHODS: readonly Method[] = ['connect', 'send', 'list', 'markRead'];

/** What a page gets for a call: a value, an error's code, or `absent` where there is no Letterbox. */
export type Outcome = { readonly ok: unknown } | { readonly code: string } | 'absent';

interface PageWorld {
  letterbox?: LetterboxApi;
  /** The events that reached the page since `listenToAll`. */
  heard?: { event: string; detail: unknown }[];
}

/** Calls a method with an argument that is right as far as its form goes. */
export function call(page: Frame, method: Method, argument: unknown = ARGUMENTS[method]): Promise<Outcome> {
  return page.evaluate(
    async ([name, given]) => {
      const api = (window as PageWorld).letterbox;
      if (api === undefined) return 'absent';
      try {
        return { ok: (await (api[name] as (value: unknown) => Promise<unknown>)(given)) ?? null };
      } catch (error) {
        return { code: (error as { code?: string }).code ?? String(error) };
      }
    },
    [method, argument] as const,
  );
}

const ARGUMENTS: Readonly<Record<Method, unknown>> = {
  connect: {},
  send: { to: 'alice.id.blockstack', body: 'From someone whom nobody approved.' },
  list: {},
  markRead: [{ from: '1BoatSLRHtKNngkdXEeobR76b53LETtpyT', id: 'AAAAAAAAAAAAAAAAAAAAAA' }],
};

/** Listens to every event that there is, on whatever of Letterbox is there. */
export function listenToAll(page: Tab): Promise<void> {
  return page.evaluate(() => {
    const world = window as PageWorld;
    const heard: { event: string; detail: unknown }[] = [];
    world.heard = heard;
    for (const event of ['message', 'outbox', 'disconnect'] as const) {
      world.letterbox?.on(event, (detail) => heard.push({ event, detail }));
    }
    window.addEventListener('message', ({ data }) => heard.push({ event: 'window message', detail: data }));
  });
}

export function heardBy(page: Tab): Promise<readonly { event: string; detail: unknown }[] | undefined> {
  return page.evaluate(() => (window as PageWorld).heard);
}
