import { digest } from '../../../src/protocol/bytes.ts';
import { bindsBody, type Act } from '../../../src/protocol/tokens.ts';
import type { Person } from '../person.ts';
import { sign, type World } from './world.ts';

/** A request that is HTTP, whatever else it is. Its token is made when it is sent. */
export interface Plan {
  readonly kind: string;
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly authorization: (now: number) => string;
  readonly body?: Uint8Array;
}

/** What a plan is made of that has a good token. */
export interface Intent {
  readonly kind: string;
  readonly by: Person;
  readonly inbox: Person;
  readonly act: Act;
  readonly method: string;
  /** After the inbox. */
  readonly path: string;
  readonly body?: Uint8Array | undefined;
  /** Instead of, or beside, those that it should have. */
  readonly claims?: object;
}

/** Where it all goes. */
export interface Place {
  readonly world: World;
  /** Which tokens must name. */
  readonly origin: string;
  /** The store's. */
  readonly epoch: string;
}

export function claimsOf({ origin }: Place, intent: Intent, now: number): object {
  const { by, inbox, act, body = new Uint8Array(), claims } = intent;
  return {
    sub: by.address,
    app: by.app,
    bucket: by.bucket,
    aud: origin,
    act,
    iat: now,
    exp: now + 300,
    ...(bindsBody(act) ? { bh: digest(body) } : {}),
    ...(act === 'send' ? { to: inbox.address } : {}),
    ...claims,
  };
}

export function signed(place: Place, intent: Intent): Plan {
  const { kind, by, inbox, method, path, body } = intent;
  return {
    kind,
    method,
    path: `/v1/inboxes/${inbox.address}${path}`,
    authorization: (now) => `Bearer ${sign('letterbox-request+jwt', claimsOf(place, intent, now), by)}`,
    ...(body === undefined ? {} : { body }),
  };
}
