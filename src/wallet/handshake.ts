import { decryptPrivateKey, makeAuthRequestToken, verifyAuthResponse } from '@stacks/auth';
import { fromBase64url, toHex } from '../protocol/bytes.ts';
import { LetterboxError, isLetterboxError } from '../protocol/errors.ts';
import { addressOf, parsePublicKey, type Origin } from '../protocol/ids.ts';
import { asArray, asObject, asString, parseJsonObject, type JsonObject } from '../protocol/json.ts';
import type { Clock, Random } from '../protocol/ports.ts';

/** Milliseconds in which the person can find their way through their wallet. */
const LIFETIME = 15 * 60_000;
const RESPONSE_MAX_LENGTH = 256 * 1024;
/** `publish_data`: the wallet names the bucket in the profile, or nobody finds it by the person's name. */
const SCOPES = ['store_write', 'publish_data'];

/** One sign-in of @stacks/auth's kind, which legacy wallets answer with the app's key. */
export interface Handshake {
  /** For the wallet's `authenticationRequest`. */
  readonly request: string;
  /**
   * @param response what the wallet gave, by way of the app's page, which may have put another in its place
   * @returns the session, members named as in `loadUserData()`, to be proven like one that the page hands over
   * @throws LetterboxError `session-refused`
   */
  open(response: unknown): Promise<JsonObject>;
}

interface HandshakeOptions {
  readonly app: Origin;
  /** What the wallet shows; the app's own word for itself. */
  readonly appName: string;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Makes the request. The transit key, which the answer is sealed for, is in this handshake alone: it is never stored, and
 * gone with the page that asks. docs/protocol.md#10
 */
export function startHandshake({ app, appName, clock, random }: HandshakeOptions): Handshake {
  const transitKey = toHex(random.bytes(32));
  const expires = clock.now() + LIFETIME;
  const details = { appDetails: { name: appName, icon: `${app}/favicon.ico` } };
  return {
    request: makeAuthRequestToken(
      transitKey,
      `${app}/`,
      `${app}/manifest.json`,
      SCOPES,
      app,
      expires,
      details,
    ),
    async open(response) {
      try {
        return await openResponse(asString(response, 'response', RESPONSE_MAX_LENGTH), transitKey);
      } catch (error) {
        if (!isLetterboxError(error, 'malformed')) throw error;
        throw refused(error.message, error);
      }
    },
  };
}

async function openResponse(response: string, transitKey: string): Promise<JsonObject> {
  const claims = parseJsonObject(fromBase64url(response.split('.')[1] ?? '', 'response'), 'response');
  if (!(await isSigned(response))) throw refused('the wallet’s answer is not signed as it says');
  const profile = claims['profile'] === null ? {} : asObject(claims['profile'] ?? {}, 'response.profile');
  const username = claims['username'] ?? profile['username'];
  return {
    appPrivateKey: await openKey(claims['private_key'], transitKey),
    hubUrl: asString(claims['hubUrl'], 'response.hubUrl', 256),
    identityAddress: identityIn(claims),
    profile: { apps: profile['apps'] },
    ...(typeof username === 'string' ? { username } : {}),
    ...(claims['associationToken'] === null ? {} : { gaiaAssociationToken: claims['associationToken'] }),
  };
}

/** A key that came in clear could have been read on its way through the page: it is not taken. */
async function openKey(sealed: unknown, transitKey: string): Promise<string> {
  const text = asString(sealed, 'response.private_key', 16 * 1024);
  try {
    return asString(await decryptPrivateKey(transitKey, text), 'response.private_key', 128);
  } catch (cause) {
    throw refused('its key was not sealed for this request', cause);
  }
}

async function isSigned(response: string): Promise<boolean> {
  try {
    return await verifyAuthResponse(response);
  } catch {
    return false; // no token at all: the answer to the question is no
  }
}

/** Whose identity signed it; its key is no app's, and is refused as one. */
function identityIn(claims: JsonObject): string {
  const [key] = asArray(claims['public_keys'], 'response.public_keys', 4);
  return addressOf(parsePublicKey(key, 'response.public_keys'));
}

function refused(problem: string, cause?: unknown): LetterboxError<'session-refused'> {
  return new LetterboxError('session-refused', { problem }, cause === undefined ? {} : { cause });
}
