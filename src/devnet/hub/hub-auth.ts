import { publicKeyToBtcAddress } from '@stacks/encryption';
import { decodeToken, TokenVerifier } from 'jsontokens';
import { HubError } from './hub-error.ts';
import { parseScopes } from './hub-scopes.ts';
import type { Scopes } from './hub-scopes.ts';

/** What a token is held against. */
export interface AuthContext {
  /** The bucket's address, from the path. */
  address: string;
  /** The hub's own URL, without a trailing slash. */
  hubUrl: string;
  challenge: string;
  /** Whether a token must say which hub it is for. Hubs ship with this off, and wallet-sdk's tokens do not say it. */
  requireHubUrl: boolean;
  /** Unix seconds: older tokens were revoked. 0: none were. */
  oldestValid: number;
  /** Unix milliseconds. */
  now: number;
}

/** The text that a hub's tokens sign, so that a token of one hub is of no use at another. */
export function challengeText(serverName: string): string {
  return JSON.stringify(['gaiahub', '0', serverName, 'blockstack_storage_please_sign']);
}

/**
 * Checks `Authorization: bearer v1:<JWT ES256K>`, in the order in which hubs check it.
 * @returns what the token may do
 * @throws HubError ValidationError or AuthTokenTimestampValidationError (both 401)
 */
export function authorize(header: string | undefined, context: AuthContext): Scopes {
  const token = bearerToken(header);
  const claims = decode(token);
  const publicKey = text(claims['iss'], 'The token has no `iss`');
  checkRevocation(claims['iat'], context.oldestValid);
  if (addressOf(publicKey) !== context.address)
    invalid('The token is by another address than the path names');
  checkHubUrl(claims['hubUrl'], context);
  const scopes = parseScopes(claims['scopes']);
  checkSignature(token, publicKey);
  if (claims['gaiaChallenge'] !== context.challenge) invalid('The token answers another challenge');
  checkExpiry(claims['exp'], context.now);
  if (claims['associationToken']) checkAssociation(claims['associationToken'], context);
  return scopes;
}

function bearerToken(header: string | undefined): string {
  const match = /^bearer v1:(.+)$/i.exec(header ?? '');
  return match?.[1] ?? invalid('The Authorization header is not of the form bearer v1:<token>');
}

function decode(token: string): Record<string, unknown> {
  try {
    const { payload } = decodeToken(token);
    if (typeof payload !== 'string') return payload;
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
  }
  return invalid('The token is not a JWT');
}

function checkRevocation(issuedAt: unknown, oldestValid: number): void {
  if (oldestValid === 0) return;
  if (typeof issuedAt === 'number' && issuedAt >= oldestValid) return;
  throw new HubError(
    'AuthTokenTimestampValidationError',
    `Tokens from before ${String(oldestValid)} were revoked`,
  );
}

function checkHubUrl(claim: unknown, { hubUrl, requireHubUrl }: AuthContext): void {
  if (claim === undefined && !requireHubUrl) return;
  const claimed = text(claim, 'The token does not say which hub it is for');
  if (claimed.replace(/\/$/, '') !== hubUrl) invalid('The token is for another hub');
}

function checkSignature(token: string, publicKey: string): void {
  let verified = false;
  try {
    verified = new TokenVerifier('ES256K', publicKey).verify(token);
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
  }
  if (!verified) invalid('The signature is not by the token’s issuer');
}

function checkExpiry(expiry: unknown, now: number): void {
  if (expiry === undefined || expiry === null) return;
  if (typeof expiry !== 'number' || expiry < now / 1000) invalid('The token has expired');
}

/** An association token says: the owner of this identity vouches for the bearer's key. */
function checkAssociation(association: unknown, { address, now }: AuthContext): void {
  const token = text(association, 'The association token is not a text');
  const claims = decode(token);
  const publicKey = text(claims['iss'], 'The association token has no `iss`');
  const child = text(claims['childToAssociate'], 'The association token has no `childToAssociate`');
  if (typeof claims['exp'] !== 'number') invalid('The association token has no `exp`');
  checkSignature(token, publicKey);
  checkExpiry(claims['exp'], now);
  if (addressOf(child) !== address) invalid('The association token is for another key');
}

function addressOf(publicKey: string): string {
  if (!/^[0-9a-f]{66}$/i.test(publicKey)) invalid('A public key is not 66 hexadecimal digits');
  return publicKeyToBtcAddress(publicKey);
}

function text(value: unknown, otherwise: string): string {
  return typeof value === 'string' && value !== '' ? value : invalid(otherwise);
}

function invalid(message: string): never {
  throw new HubError('ValidationError', message);
}
