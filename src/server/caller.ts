import { LetterboxError } from '../protocol/errors.ts';
import { parseAddress, type Address } from '../protocol/ids.ts';
import { decodeJws } from '../protocol/jws.ts';
import { TOKEN_MAX_LENGTH, type Act, type VerifiedRequest } from '../protocol/tokens.ts';
import { nowOf, type ServerContext } from './context.ts';
import type { InboxExchange } from './http.ts';
import type { Inbox } from './stores/store.ts';
import { checkToken } from './token-checks.ts';

const NO_BODY: Uint8Array = new Uint8Array();

/**
 * Checks the request's token, all of docs/protocol.md#5 up to the signature.
 * @throws LetterboxError as checkRequestToken
 */
export function authenticate(exchange: InboxExchange, acts: readonly Act[], body = NO_BODY): VerifiedRequest {
  const token = bearerOf(exchange.asked.header('authorization'));
  return check(exchange.context, { token, acts, address: exchange.address, body });
}

/** RFC 6750, 2.1. What stands there is read where its form is checked. */
function bearerOf(authorization = ''): string | undefined {
  return /^Bearer /i.test(authorization) ? authorization.slice('Bearer '.length).trim() : undefined;
}

/** The owner of an enrolled inbox, by a token for that inbox. */
export interface Owner {
  readonly caller: VerifiedRequest;
  readonly inbox: Inbox;
}

/**
 * Checks the token and that it speaks for the inbox as it is enrolled.
 * @throws LetterboxError as `authenticate`; `not-enrolled`; `token-address` for another app or bucket; `rate`
 */
export async function authenticateOwner(
  exchange: InboxExchange,
  acts: readonly Act[],
  body?: Uint8Array,
): Promise<Owner> {
  const caller = authenticate(exchange, acts, body);
  const inbox = await requireOwner(exchange.context, caller);
  exchange.context.rates.ownRequest(exchange.asked.network, caller.sub);
  return { caller, inbox };
}

/**
 * A subscription's token: the address that it subscribes is its own.
 * @param known what the store said of the inbox before: a token that agrees with it needs no look into the store
 * @throws LetterboxError as `authenticateOwner`
 */
export async function authenticateSubscriber(
  context: ServerContext,
  token: string,
  network: string,
  known?: Place,
): Promise<VerifiedRequest> {
  const caller = check(context, {
    token,
    acts: ['read'],
    address: claimedAddress(token),
    body: NO_BODY,
  });
  if (known === undefined || !isSameApp(caller, known)) await requireOwner(context, caller);
  context.rates.ownRequest(network, caller.sub);
  return caller;
}

/** Whom a token claims to be from, before anything of it is checked. @throws LetterboxError `token-invalid` */
export function claimedAddress(token: string): Address {
  try {
    if (token.length > TOKEN_MAX_LENGTH)
      throw new LetterboxError('too-large', { what: 'token', limit: TOKEN_MAX_LENGTH });
    return parseAddress(decodeJws(token, 'letterbox-request+jwt', 'token').claims['sub'], 'token.sub');
  } catch (cause) {
    const problem = cause instanceof Error ? cause.message : 'unreadable';
    throw new LetterboxError('token-invalid', { problem }, { cause });
  }
}

interface Asked {
  readonly token: string | undefined;
  readonly acts: readonly Act[];
  readonly address: Address;
  readonly body: Uint8Array;
}

function check(context: ServerContext, { token, acts, address, body }: Asked): VerifiedRequest {
  const checks = acts.includes('read') ? context.checkAgain : checkToken;
  return checks(token, { ...context.tokenRules, acts, address, body, now: nowOf(context) });
}

async function requireOwner({ store }: ServerContext, caller: VerifiedRequest): Promise<Inbox> {
  const inbox = await store.inbox(caller.sub);
  if (inbox === undefined) throw new LetterboxError('not-enrolled', {});
  requireSameApp(caller, inbox);
  return inbox;
}

/** docs/protocol.md#5: app and bucket are those of the enrolled record. @throws LetterboxError `token-address` */
export function requireSameApp(caller: VerifiedRequest, record: Place): void {
  if (!isSameApp(caller, record)) throw new LetterboxError('token-address', {});
}

type Place = Pick<Inbox, 'app' | 'bucket'>;

export function isSameApp(one: Place, other: Place): boolean {
  return one.app === other.app && one.bucket === other.bucket;
}
