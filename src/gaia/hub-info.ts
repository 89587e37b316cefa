import { LetterboxError } from '../protocol/errors.ts';
import type { PlaceOptions } from '../protocol/ids.ts';
import { asArray, asString, parseJson, parseJsonObject, type JsonObject } from '../protocol/json.ts';
import { readFile } from './files.ts';
import { requirePublicPlace } from './places.ts';
import type { Web } from './web.ts';

/** What a hub says of itself. */
export interface HubInfo {
  /** What its tokens sign, exactly as given. */
  readonly challenge: string;
  /** What bucket URLs start with. */
  readonly readPrefix: string;
  /** The largest file it takes, in bytes. */
  readonly maxBytes: number;
}

const INFO_MAX_BYTES = 16 * 1024;
/** What hubs take that do not say so. */
const DEFAULT_MEGABYTES = 20;

/**
 * The hub of a session: https and public, no query, fragment or user info; without a trailing slash.
 * @throws LetterboxError `malformed | place-forbidden`
 */
export function parseHubUrl(value: unknown, options: PlaceOptions = {}): string {
  const text = asString(value, 'hub', 256).replace(/\/$/, '');
  const url = requirePublicPlace(text, options);
  if (/[?#]/.test(text)) throw malformed('hub', 'has a query or a fragment');
  return url.href.replace(/\/$/, '');
}

/**
 * `GET <hub>/hub_info`.
 * @throws LetterboxError `malformed | not-found | too-large | unreachable | place-forbidden`
 */
export async function readHubInfo(web: Web, hubUrl: string): Promise<HubInfo> {
  const { bytes } = await readFile(web, `${hubUrl}/hub_info`, { what: 'hub_info', maxBytes: INFO_MAX_BYTES });
  const info = parseJsonObject(bytes, 'hub_info');
  requireV1(info);
  return {
    challenge: parseChallenge(info['challenge_text']),
    readPrefix: asString(info['read_url_prefix'], 'hub_info.read_url_prefix', 256),
    maxBytes: parseMegabytes(info['max_file_upload_size_megabytes']) * 1024 * 1024,
  };
}

/** The key signs only what is a hub's challenge and can be nothing else. */
function parseChallenge(value: unknown): string {
  const what = 'hub_info.challenge_text';
  const text = asString(value, what, 1024);
  const [label, version, server, purpose, ...more] = asArray(parseJson(text, what), what, 4);
  const known =
    label === 'gaiahub' &&
    version === '0' &&
    typeof server === 'string' &&
    purpose === 'blockstack_storage_please_sign' &&
    more.length === 0;
  if (!known) throw malformed(what, 'not the challenge of a Gaia hub');
  return text;
}

function requireV1(info: JsonObject): void {
  const what = 'hub_info.latest_auth_version';
  const version = /^v(\d{1,3})$/.exec(asString(info['latest_auth_version'], what, 8))?.[1];
  if (version === undefined || Number(version) < 1) throw malformed(what, 'takes no v1 tokens');
}

function parseMegabytes(value: unknown): number {
  if (value === undefined) return DEFAULT_MEGABYTES;
  if (typeof value === 'number' && Number.isFinite(value) && value > 0) return value;
  throw malformed('hub_info.max_file_upload_size_megabytes', 'not a size');
}

function malformed(what: string, problem: string): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what, problem });
}
