import browser from 'webextension-polyfill';
import type { SessionReader } from '../../src/agent/ports.ts';
import { LetterboxError } from '../../src/protocol/errors.ts';
import type { Origin } from '../../src/protocol/ids.ts';
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
    const found = await findIn(tabOfPlace(place), app);
    if (found?.origin !== app) throw new LetterboxError('session-missing', { app }); // the tab shows another page
    return found.userData;
  },
};

async function findIn(tabId: number, app: Origin): Promise<Found | undefined> {
  try {
    const [injected] = await browser.scripting.executeScript({
      target: { tabId, frameIds: [0] },
      func: findSession,
      world: 'ISOLATED',
      injectImmediately: true,
    });
    return injected?.result as Found | undefined;
  } catch (cause) {
    throw new LetterboxError('session-missing', { app }, { cause }); // the tab is gone, or shows what is not ours to read
  }
}

/** Runs in the page: it can use nothing from outside its own lines. A root of several apps never leaves it. */
function findSession(): Found {
  type Values = Record<string, unknown>;
  const world = globalThis as unknown as {
    readonly origin: string;
    readonly localStorage: { getItem(key: string): string | null };
  };

  function asValues(value: unknown): Values {
    return typeof value === 'object' && value !== null ? (value as Values) : {};
  }

  function pick(values: Values, ...names: string[]): Values {
    return Object.fromEntries(
      names.flatMap((name) => {
        const value = values[name];
        return typeof value === 'string' && value.length <= 8192 ? [[name, value]] : [];
      }),
    );
  }

  function stored(): unknown {
    try {
      return JSON.parse(world.localStorage.getItem('blockstack-session') ?? 'null');
    } catch {
      return null; // the app keeps something else under that name, or keeps us out
    }
  }

  const { userData } = asValues(stored());
  if (typeof userData !== 'object' || userData === null) return { origin: world.origin };
  const data = asValues(userData);
  return {
    origin: world.origin,
    userData: {
      ...pick(
        data,
        'appPrivateKey',
        'hubUrl',
        'username',
        'address',
        'identityAddress',
        'gaiaAssociationToken',
      ),
      gaiaHubConfig: pick(asValues(data['gaiaHubConfig']), 'address'),
      profile: { apps: pick(asValues(asValues(data['profile'])['apps']), world.origin) },
      ...('gaiaAppKey' in data ? { gaiaAppKey: true } : {}),
    },
  };
}
