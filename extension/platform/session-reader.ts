import browser from 'webextension-polyfill';
import type { SessionReader } from '../../src/agent/ports.ts';
import { LetterboxError } from '../../src/protocol/errors.ts';
import { tabOfPlace } from './place.ts';

interface Found {
  readonly origin: string;
  readonly userData?: unknown;
}

/**
 * Reads `blockstack-session` from the page that called, in the isolated world of its top frame, after the person's
 * consent. Only what connecting needs leaves the page. docs/protocol.md#10
 */
export const sessionReader: SessionReader = {
  async read({ app, place }) {
    const [injected] = await browser.scripting.executeScript({
      target: { tabId: tabOfPlace(place), frameIds: [0] },
      func: findSession,
      world: 'ISOLATED',
      injectImmediately: true,
    });
    const found = injected?.result as Found | null | undefined;
    if (found?.origin !== app) throw new LetterboxError('session-missing', { app }); // the tab went elsewhere
    return found.userData;
  },
};

/** Runs in the page: it can use nothing from outside its own lines. */
function findSession(): Found {
  const MEMBERS = ['appPrivateKey', 'hubUrl', 'username'];
  const HUB_MEMBERS = ['address', 'url_prefix', 'server'];
  const world = globalThis as unknown as {
    readonly origin: string;
    readonly localStorage: { getItem(key: string): string | null };
  };

  function pick(value: unknown, members: readonly string[]): Record<string, string> | undefined {
    if (typeof value !== 'object' || value === null) return undefined;
    return Object.fromEntries(
      Object.entries(value).filter(
        ([name, member]) => members.includes(name) && typeof member === 'string' && member.length <= 1024,
      ),
    ) as Record<string, string>;
  }

  function userData(): unknown {
    try {
      const stored = JSON.parse(world.localStorage.getItem('blockstack-session') ?? 'null') as unknown;
      const data = (stored as { userData?: Record<string, unknown> } | null)?.userData;
      const taken = pick(data, MEMBERS);
      return taken && { ...taken, gaiaHubConfig: pick(data?.['gaiaHubConfig'], HUB_MEMBERS) ?? {} };
    } catch {
      return undefined; // the app stores something else under that name
    }
  }

  return { origin: world.origin, userData: userData() };
}
