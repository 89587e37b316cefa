import type { IncomingMessage } from 'node:http';
import { getPublicKeyFromPrivate } from '@stacks/encryption';
import { BodyError, readJson } from '../body.ts';
import { json, rawPath } from '../loopback.ts';
import type { Answer } from '../loopback.ts';
import type { Identity } from './identity.ts';
import { isPersonId } from './people.ts';
import type { PersonId } from './people.ts';
import { SignInRefused } from './sign-in.ts';

export interface WalletApiContext {
  identities: readonly Identity[];
  signIn: (person: PersonId, request: { token: string; origin: string }) => Promise<string>;
}

const MAX_REQUEST = 64 * 1024;

/**
 * What the wallet's own page asks of the wallet: `GET /api/accounts` and `POST /api/sign-in` `{person, token, origin}`.
 *
 * Only that page is answered: the browser says where a request comes from, so another page cannot ask for keys.
 * Undefined for every other path.
 */
export function walletApi(context: WalletApiContext) {
  return (request: IncomingMessage): Answer | Promise<Answer> | undefined => {
    const path = rawPath(request);
    if (!path.startsWith('/api/')) return undefined;
    if (!isOwnPage(request)) return json(403, { problem: 'Only the wallet’s own page is answered' });
    if (request.method === 'GET' && path === '/api/accounts')
      return json(200, context.identities.map(describe));
    if (request.method === 'POST' && path === '/api/sign-in') return signIn(context, request);
    return json(404, { problem: 'There is nothing here' });
  };
}

/** Sec-Fetch-Site is the browser's word; pages cannot set it. */
function isOwnPage({ headers }: IncomingMessage): boolean {
  return headers['sec-fetch-site'] === 'same-origin';
}

async function signIn(context: WalletApiContext, request: IncomingMessage): Promise<Answer> {
  try {
    const { person, token, origin } = await readJson(request, MAX_REQUEST);
    if (!isPersonId(person)) return json(400, { problem: 'There is no such person' });
    if (typeof token !== 'string' || typeof origin !== 'string')
      return json(400, { problem: 'The request is incomplete' });
    return json(200, { response: await context.signIn(person, { token, origin }) });
  } catch (error) {
    if (error instanceof SignInRefused) return json(400, { problem: error.message });
    if (error instanceof BodyError) return json(error.status, { problem: error.message });
    throw error;
  }
}

/** An account as the dialog and `getAddresses` show it. */
function describe({ id, displayName, name, owner, account }: Identity) {
  const publicKey = getPublicKeyFromPrivate(account.stxPrivateKey.slice(0, 64));
  return { id, displayName, name, address: owner, publicKey };
}
