import { LetterboxError, isLetterboxError } from '../protocol/errors.ts';
import {
  addressOf,
  addressOfBucket,
  parseAddress,
  parseBucket,
  parseName,
  parsePrivateKey,
  publicKeyOf,
  type Address,
  type Name,
  type Origin,
  type PlaceOptions,
  type PrivateKey,
} from '../protocol/ids.ts';
import { asObject, asString, type JsonObject } from '../protocol/json.ts';
import { parseHubUrl } from '../gaia/hub-info.ts';

/**
 * What is taken of an app's session; the members are named as in `loadUserData()`, so that it can be parsed again.
 * docs/protocol.md#10
 */
export interface AppSession {
  readonly appPrivateKey: PrivateKey;
  readonly hubUrl: string;
  /** The key's own, which is also what the session names, where it names one. */
  readonly address: Address;
  readonly username?: Name;
  readonly gaiaAssociationToken?: string;
}

/**
 * Takes the app key, hub, address and username out of a session; everything else is discarded here. Roots of several
 * apps and identity keys are refused.
 * @throws LetterboxError `session-missing | session-refused | key-mismatch`
 */
export function parseSession(value: unknown, app: Origin, places: PlaceOptions): AppSession {
  if (value === undefined || value === null) throw new LetterboxError('session-missing', { app });
  try {
    return takeSession(asObject(value, 'session'), app, places);
  } catch (error) {
    if (!isLetterboxError(error, 'malformed', 'place-forbidden')) throw error;
    throw refused(error.message, error);
  }
}

function takeSession(session: JsonObject, app: Origin, places: PlaceOptions): AppSession {
  if (session['gaiaAppKey'] !== undefined) throw refused('it holds the root of several apps');
  if (session['appPrivateKey'] === undefined) throw new LetterboxError('session-missing', { app });
  const appPrivateKey = parsePrivateKey(session['appPrivateKey'], 'session.appPrivateKey');
  const address = addressOf(publicKeyOf(appPrivateKey));
  if (session['identityAddress'] === address) throw refused('its key is the identity key');
  for (const expected of namedAddresses(session, app, places)) {
    if (expected !== address)
      throw new LetterboxError('key-mismatch', { what: 'session', expected, actual: address });
  }
  return {
    appPrivateKey,
    address,
    hubUrl: parseHubUrl(session['hubUrl'], places),
    ...usernameIn(session),
    ...associationIn(session),
  };
}

/** Wherever a session says which bucket is the user's. */
function namedAddresses(session: JsonObject, app: Origin, places: PlaceOptions): Address[] {
  const named: Address[] = [];
  const config = optionalObject(session['gaiaHubConfig'], 'session.gaiaHubConfig');
  for (const address of [session['address'], config['address']]) {
    if (typeof address === 'string') named.push(parseAddress(address, 'session.address'));
  }
  const apps = optionalObject(
    optionalObject(session['profile'], 'session.profile')['apps'],
    'session.profile.apps',
  );
  const bucket = Object.hasOwn(apps, app) ? apps[app] : undefined;
  if (typeof bucket === 'string')
    named.push(addressOfBucket(parseBucket(bucket, 'session.profile.apps', places)));
  return named;
}

/** Sessions of people without a name hold an empty one or none. */
function usernameIn({ username }: JsonObject): { username?: Name } {
  return typeof username === 'string' && username !== ''
    ? { username: parseName(username, 'session.username') }
    : {};
}

function associationIn({ gaiaAssociationToken }: JsonObject): { gaiaAssociationToken?: string } {
  if (typeof gaiaAssociationToken !== 'string' || gaiaAssociationToken === '') return {};
  return { gaiaAssociationToken: asString(gaiaAssociationToken, 'session.gaiaAssociationToken', 8192) };
}

function optionalObject(value: unknown, what: string): JsonObject {
  return value === undefined || value === null ? {} : asObject(value, what);
}

function refused(problem: string, cause?: unknown): LetterboxError<'session-refused'> {
  return new LetterboxError('session-refused', { problem }, { cause });
}
