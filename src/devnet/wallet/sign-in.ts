import { verifyAuthRequest } from '@stacks/auth';
import { makeAuthResponse } from '@stacks/wallet-sdk';
import { decodeToken } from 'jsontokens';
import type { Identity } from './identity.ts';

/** Why the wallet did not answer an app. The message is for the developer of that app. */
export class SignInRefused extends Error {
  override readonly name = 'SignInRefused';
}

/**
 * Answers an app's authentication request as wallets do: derives the person's key for that app,
 * publishes the app's bucket in their profile if the app asked for `publish_data`, and returns the response token.
 *
 * @param origin who asks, as the browser says it, never as the token does
 * @throws SignInRefused if the request is not valid or not by that origin
 */
export async function answerAuthRequest(
  identity: Identity,
  request: { token: string; origin: string; hubUrl: string },
): Promise<string> {
  const { transitPublicKey, scopes } = await parseAuthRequest(request.token, request.origin);
  return makeAuthResponse({
    account: identity.account,
    appDomain: request.origin,
    transitPublicKey,
    scopes,
    gaiaHubUrl: request.hubUrl,
    additionalData: { username: identity.name },
  });
}

async function parseAuthRequest(token: string, origin: string) {
  const claims = decode(token);
  if (claims['domain_name'] !== origin) throw new SignInRefused('The request is for another origin');
  if (!(await isValid(token))) throw new SignInRefused('The request has expired or is not signed as it says');
  const [transitPublicKey] = strings(claims['public_keys']);
  if (transitPublicKey === undefined) throw new SignInRefused('The request carries no key to answer to');
  return { transitPublicKey, scopes: strings(claims['scopes']) };
}

function decode(token: string): Record<string, unknown> {
  try {
    const { payload } = decodeToken(token);
    if (typeof payload !== 'string') return payload;
  } catch (cause) {
    throw new SignInRefused('The request is not a token', { cause });
  }
  throw new SignInRefused('The request is not a token');
}

async function isValid(token: string): Promise<boolean> {
  try {
    return await verifyAuthRequest(token);
  } catch (cause) {
    throw new SignInRefused('The request cannot be checked', { cause });
  }
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry) => typeof entry === 'string') : [];
}
