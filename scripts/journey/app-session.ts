import {
  addressOf,
  allowLoopback,
  parseBucket,
  parseOrigin,
  parsePrivateKey,
  publicKeyOf,
  type Address,
  type Bucket,
  type Origin,
  type PrivateKey,
} from '../../src/protocol/ids.ts';
import type { Tab } from './tab.ts';

/** The session that a demo app keeps for the person who signed in, as @stacks/auth stores it. */
export interface AppSession {
  readonly app: Origin;
  readonly privateKey: PrivateKey;
  readonly address: Address;
  readonly bucket: Bucket;
  readonly hub: string;
  readonly username: string;
}

/** What of @stacks/auth's `loadUserData()` a session is known by. */
interface UserData {
  readonly appPrivateKey: string;
  readonly hubUrl: string;
  readonly username?: string;
}

/** Reads it out of the page: only the person themself, and whoever looks over their shoulder, can. */
export async function sessionIn(page: Tab): Promise<AppSession> {
  const { origin, stored } = await page.evaluate(() => ({
    origin: location.origin,
    stored: localStorage.getItem('blockstack-session'),
  }));
  if (stored === null) throw new Error(`nobody is signed in at ${origin}`);
  return sessionOf(origin, (JSON.parse(stored) as { userData: UserData }).userData);
}

/** The same of someone who signed in without a page. */
export async function sessionOf(origin: string, userData: UserData): Promise<AppSession> {
  const info = (await (await fetch(`${userData.hubUrl}/hub_info`)).json()) as { read_url_prefix: string };
  const privateKey = parsePrivateKey(userData.appPrivateKey);
  const address = addressOf(publicKeyOf(privateKey));
  return {
    app: parseOrigin(origin),
    privateKey,
    address,
    bucket: parseBucket(`${info.read_url_prefix}${address}/`, 'session', { [allowLoopback]: true }),
    hub: userData.hubUrl,
    username: userData.username ?? '',
  };
}
