import type { Address, PlaceOptions, PrivateKey } from '../protocol/ids.ts';
import {
  bindsBody,
  COUNT_TOKEN_LIFETIME_SECONDS,
  createRequestToken,
  TOKEN_LIFETIME_SECONDS,
} from '../protocol/tokens.ts';
import { digest } from '../protocol/bytes.ts';
import { newId } from '../protocol/ids.ts';
import type { Random } from '../protocol/ports.ts';
import type { Caller, TokenRequest } from '../protocol/transport.ts';
import type { Web } from '../gaia/web.ts';
import type { Settings } from './owner-api.ts';
import type { Ports } from './ports.ts';
import type { InboxRow } from './rows.ts';
import { placesOf, readSettings } from './settings.ts';

/** An inbox whose key is at hand: what acting for it takes. */
export interface OpenInbox {
  readonly row: InboxRow;
  readonly key: PrivateKey;
  readonly caller: Caller;
  readonly settings: Settings;
  readonly places: PlaceOptions;
  readonly web: Web;
}

/** @returns undefined while the key is not at hand, or for an inbox that is not there. */
export async function openInbox(
  ports: Pick<Ports, 'store' | 'keys' | 'fetch' | 'random'>,
  address: Address,
): Promise<OpenInbox | undefined> {
  const row = await ports.store.read(['inboxes'], (tx) => tx.get('inboxes', address));
  const key = row === undefined ? undefined : await ports.keys.get(address);
  if (row === undefined || key === undefined) return undefined;
  const settings = await readSettings(ports.store);
  const places = placesOf(settings);
  const caller = createCaller(row, key, { random: ports.random, places });
  return { row, key, caller, settings, places, web: { ...places, fetch: ports.fetch } };
}

/** The same inbox without a claim to a name. */
export function namelessCaller({ random }: Pick<Ports, 'random'>, { row, key, places }: OpenInbox): Caller {
  const { name: _, ...nameless } = row;
  return createCaller(nameless, key, { random, places });
}

function createCaller(
  row: InboxRow,
  key: PrivateKey,
  { random, places }: { random: Random; places: PlaceOptions },
): Caller {
  const { address, app, bucket } = row;
  const self = { app, bucket, ...(row.name === undefined ? {} : { name: row.name.name }) };
  return {
    ...self,
    address,
    places,
    authorize: (request) => createRequestToken({ ...self, sub: address, ...claimsOf(request, random) }, key),
  };
}

function claimsOf({ aud, act, now, body, to, toName, lifetime }: TokenRequest, random: Random) {
  const longest = act === 'count' ? COUNT_TOKEN_LIFETIME_SECONDS : TOKEN_LIFETIME_SECONDS;
  return {
    aud,
    act,
    iat: now,
    exp: now + Math.min(lifetime ?? longest, longest),
    ...(bindsBody(act) ? { bh: digest(body) } : {}),
    ...(to === undefined ? {} : { to }),
    ...(toName === undefined ? {} : { toName }),
    ...(act === 'leave' ? { jti: newId(random) } : {}),
  };
}
