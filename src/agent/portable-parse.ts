import { LetterboxError } from '../protocol/errors.ts';
import {
  addressOf,
  addressOfBucket,
  parseAddress,
  parseBucket,
  parseName,
  parseOrigin,
  parsePrivateKey,
  parsePublicKey,
  type Address,
  type Bucket,
  type PlaceOptions,
} from '../protocol/ids.ts';
import { asArray, asObject, asString, integer, parseJsonObject, type JsonObject } from '../protocol/json.ts';
import { parseServerEntry, type ServerEntry } from '../protocol/record.ts';
import { parseHubUrl } from '../gaia/hub-info.ts';
import { parseIcon } from './page-input.ts';
import { PORTABLE_VERSION, type Portable, type PortableApp, type PortableContact } from './portable.ts';
import { parseGrants } from './portable-grants.ts';
import { parseMessage, parseSent } from './portable-mail.ts';
import { isFlag, optional } from './portable-parts.ts';
import { DEFAULT_SETTINGS, ofToday, withChange } from './settings.ts';
import { parseSettings } from './settings-request.ts';

const RELATIONS = ['allowed', 'unknown', 'blocked'] as const;
const MAX_SERVERS = 16;

/**
 * One line of an export, from whoever wrote it: parsed as strictly as what comes over a wire.
 * @throws LetterboxError `malformed | key-mismatch | place-forbidden`
 */
export function parsePortable(line: string, places: PlaceOptions): Portable {
  const value = parseJsonObject(line, 'line');
  const kind = asString(value['kind'], 'line.kind', 16);
  const parse = Object.hasOwn(PARSERS, kind) ? PARSERS[kind as Portable['kind']] : undefined;
  if (parse === undefined) throw malformed('line.kind', 'of a kind that this version does not know');
  return parse(value, places);
}

const PARSERS: {
  readonly [Kind in Portable['kind']]: (
    value: JsonObject,
    places: PlaceOptions,
  ) => Extract<Portable, { kind: Kind }>;
} = {
  export(value) {
    if (integer(value, 'version', 'export') !== PORTABLE_VERSION)
      throw malformed('export.version', 'not of this version');
    return {
      kind: 'export',
      version: PORTABLE_VERSION,
      at: integer(value, 'at', 'export'),
      keys: isFlag(value, 'keys', 'export'),
    };
  },
  settings(value) {
    const { development: _1, ...settings } = withChange(DEFAULT_SETTINGS, parseSettings(ofToday(value)));
    return { kind: 'settings', ...settings };
  },
  app: parseApp,
  grants: parseGrants,
  contact: parseContact,
  record: (value) => ({ kind: 'record', token: asString(value['token'], 'record.token', 16_384) }),
  message: parseMessage,
  sent: parseSent,
};

/** Whoever wrote it: the public key, the address and the bucket have to be of one another. docs/protocol.md#1 */
function parseApp(value: JsonObject, places: PlaceOptions): PortableApp {
  const address = parseAddress(value['address'], 'app.address');
  const publicKey = parsePublicKey(value['publicKey'], 'app.publicKey');
  requireSame('app.publicKey', address, addressOf(publicKey));
  return {
    kind: 'app',
    address,
    publicKey,
    app: parseOrigin(value['app'], 'app.app'),
    bucket: bucketOf(value['bucket'], address, 'app.bucket', places),
    hub: parseHubUrl(value['hub'], places),
    connectedAt: integer(value, 'connectedAt', 'app'),
    servers: parseServers(value['servers'], places),
    ...optional(value, 'username', (given) => parseName(given, 'app.username')),
    ...optional(value, 'appName', (given) => asString(given, 'app.appName', 256)),
    ...optional(value, 'icon', parseIcon),
    ...optional(value, 'key', parseKey),
  };
}

function parseServers(value: unknown, places: PlaceOptions): ServerEntry[] {
  return asArray(value, 'app.servers', MAX_SERVERS).flatMap((item) => parseServerEntry(item, places) ?? []);
}

/** Form only: it is parsed as a session, with all that a session is held against, before it is asked about. */
function parseKey(value: unknown): NonNullable<PortableApp['key']> {
  const key = asObject(value, 'app.key');
  return {
    appPrivateKey: parsePrivateKey(key['appPrivateKey'], 'app.key'),
    ...optional(key, 'gaiaAssociationToken', (given) => asString(given, 'app.key.association', 8192)),
  };
}

function parseContact(value: JsonObject, places: PlaceOptions): PortableContact {
  const address = parseAddress(value['address'], 'contact.address');
  const relation = RELATIONS.find((one) => one === value['relation']);
  if (relation === undefined) throw malformed('contact.relation', 'none of the three');
  return {
    kind: 'contact',
    inbox: parseAddress(value['inbox'], 'contact.inbox'),
    address,
    app: parseOrigin(value['app'], 'contact.app'),
    relation,
    ...optional(value, 'decidedAt', () => integer(value, 'decidedAt', 'contact')),
    ...optional(value, 'bucket', (given) => bucketOf(given, address, 'contact.bucket', places)),
    ...optional(value, 'name', (given) => parseName(given, 'contact.name')),
    ...(value['hearsay'] === true ? { hearsay: true as const } : {}),
  };
}

function bucketOf(value: unknown, address: Address, what: string, places: PlaceOptions): Bucket {
  const bucket = parseBucket(value, what, places);
  requireSame(what, address, addressOfBucket(bucket));
  return bucket;
}

function requireSame(what: string, expected: Address, actual: Address): void {
  if (expected !== actual) throw new LetterboxError('key-mismatch', { what, expected, actual });
}

function malformed(what: string, problem: string): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what, problem });
}
