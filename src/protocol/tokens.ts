import { portableCodec, type Codec, type Digest } from './bytes.ts';
import { LetterboxError } from './errors.ts';
import {
  addressOf,
  addressOfBucket,
  parseAddress,
  parseBucket,
  parseDigest,
  parseMessageId,
  parseName,
  parseOrigin,
  type Address,
  type Bucket,
  type MessageId,
  type Name,
  type Origin,
  type PlaceOptions,
  type PrivateKey,
  type PublicKey,
} from './ids.ts';
import { asString, integer, type JsonObject } from './json.ts';
import { decodeJws, signJws, verifyEs256k, type SignatureCheck, type UnverifiedJws } from './jws.ts';

/** What a request token allows: one act, at one server. docs/protocol.md#5 */
export const ACTS = ['send', 'read', 'count', 'ack', 'delete', 'enrol', 'policy', 'leave'] as const;
export type Act = (typeof ACTS)[number];

/** The longest request token that a server reads, in characters. */
export const TOKEN_MAX_LENGTH = 4096;
export const TOKEN_LIFETIME_SECONDS = 300;
export const COUNT_TOKEN_LIFETIME_SECONDS = 30 * 86_400;
const SKEW_SECONDS = 60;

/** A signed request token, for `Authorization: Bearer`. */
export type RequestToken = string & { readonly __brand: 'RequestToken' };

/** Times in Unix seconds; `bh` is the SHA-256 of the raw body. docs/protocol.md#5 */
export interface RequestClaims {
  readonly sub: Address;
  readonly app: Origin;
  readonly name?: Name;
  readonly bucket: Bucket;
  readonly aud: Origin;
  readonly act: Act;
  readonly iat: number;
  readonly exp: number;
  /** For all acts but `read` and `count`. */
  readonly bh?: Digest;
  /** For `send`. */
  readonly to?: Address;
  readonly toName?: Name;
  /** For `leave`: an id that makes it count once. */
  readonly jti?: MessageId;
}

/** A token whose form, times, audience, act, address, body and signature were checked, in that order. */
export interface VerifiedRequest extends RequestClaims {
  readonly publicKey: PublicKey;
  readonly token: RequestToken;
  readonly __brand: 'VerifiedRequest';
}

/** What a server holds a token against. */
export interface RequestCheck extends PlaceOptions {
  /** Unix seconds. */
  readonly now: number;
  /** The server's configured public origin, never taken from a request. */
  readonly aud: Origin;
  /** What the endpoint does; several where one of them suffices (`read` and `count`). */
  readonly acts: readonly Act[];
  /** The address in the path; for a subscription the one subscribed. */
  readonly address: Address;
  /** The raw body; for requests without one, the empty bytes. */
  readonly body: Uint8Array;
  readonly verify?: SignatureCheck;
  readonly codec?: Codec;
}

export function createRequestToken(claims: RequestClaims, privateKey: PrivateKey): RequestToken {
  return signJws('letterbox-request+jwt', claims, privateKey) as RequestToken;
}

/** Whether tokens for this act carry a digest of the body. */
export function bindsBody(act: Act): boolean {
  return ACTS.includes(act) && act !== 'read' && act !== 'count';
}

/** A token of the right form and header; nothing else of it is checked. */
export interface OpenedRequest {
  readonly jws: UnverifiedJws;
  readonly claims: RequestClaims;
  /** Whether the key and the bucket are those of the address that it claims to be from. */
  readonly isConsistent: boolean;
}

/**
 * The server's check of a request token: shape, header, times, `aud`, `act`, address, `bh`, signature. The first that
 * fails answers. Enrolment, policy and look-ups come after it. docs/protocol.md#5
 * @throws LetterboxError `token-invalid | token-time | token-audience | token-act | token-address | token-body`
 */
export function checkRequestToken(token: unknown, check: RequestCheck): VerifiedRequest {
  return checkOpenedRequest(openRequestToken(token, check), check);
}

/** The first half of the check, shape and header, whose result holds for good. @throws LetterboxError `token-invalid` */
export function openRequestToken(
  token: unknown,
  options: PlaceOptions & Pick<RequestCheck, 'address' | 'codec'>,
): OpenedRequest {
  return asTokenInvalid(() => {
    const text = asString(token, 'token', TOKEN_MAX_LENGTH);
    const jws = decodeJws(text, 'letterbox-request+jwt', 'token', options.codec);
    const issuer = addressOf(jws.issuer);
    const claims = parseClaims(jws.claims, [issuer, options.address], options);
    const isConsistent = issuer === claims.sub && addressOfBucket(claims.bucket) === claims.sub;
    return { jws, claims, isConsistent };
  });
}

/** The second half, from the times on. @throws LetterboxError as `checkRequestToken` */
export function checkOpenedRequest(opened: OpenedRequest, check: RequestCheck): VerifiedRequest {
  checkClaims(opened, check);
  const { jws, claims } = opened;
  if (!(check.verify ?? verifyEs256k)(jws.signature, jws.digest, jws.issuer)) {
    throw new LetterboxError('token-invalid', { problem: 'signature' });
  }
  return { ...claims, publicKey: jws.issuer, token: jws.token } as VerifiedRequest;
}

/** What of the second half depends on the time and the request: all but the signature. @throws LetterboxError */
export function checkClaims(
  { claims, isConsistent }: Pick<OpenedRequest, 'claims' | 'isConsistent'>,
  check: RequestCheck,
): void {
  checkTimes(claims, check.now);
  if (claims.aud !== check.aud) throw new LetterboxError('token-audience', {});
  if (!check.acts.includes(claims.act)) throw new LetterboxError('token-act', {});
  if (!isConsistent || subjectOf(claims) !== check.address) throw new LetterboxError('token-address', {});
  if (bindsBody(claims.act) && claims.bh !== (check.codec ?? portableCodec).digest(check.body))
    throw new LetterboxError('token-body', {});
}

/** @param known addresses that are right: an equal one needs no look */
function parseClaims(claims: JsonObject, known: readonly Address[], options: PlaceOptions): RequestClaims {
  const addressIn = (member: 'sub' | 'to'): Address =>
    known.find((address) => address === claims[member]) ?? parseAddress(claims[member], `token.${member}`);
  const act = asString(claims['act'], 'token.act', 16) as Act; // an unknown one fails where acts are compared
  const { name, bh, to, toName, jti } = claims;
  const parsed: { -readonly [Member in keyof RequestClaims]: RequestClaims[Member] } = {
    sub: addressIn('sub'),
    app: parseOrigin(claims['app'], 'token.app'),
    bucket: parseBucket(claims['bucket'], 'token.bucket', options),
    aud: parseOrigin(claims['aud'], 'token.aud'),
    act,
    iat: integer(claims, 'iat', 'token'),
    exp: integer(claims, 'exp', 'token'),
  };
  if (name !== undefined) parsed.name = parseName(name, 'token.name');
  if (bh !== undefined || bindsBody(act)) parsed.bh = parseDigest(bh, 'token.bh');
  if (to !== undefined || act === 'send') parsed.to = addressIn('to');
  if (toName !== undefined) parsed.toName = parseName(toName, 'token.toName');
  if (jti !== undefined || act === 'leave') parsed.jti = parseMessageId(jti, 'token.jti');
  return parsed;
}

function checkTimes({ act, iat, exp }: RequestClaims, now: number): void {
  const lifetime = act === 'count' ? COUNT_TOKEN_LIFETIME_SECONDS : TOKEN_LIFETIME_SECONDS;
  const inTime = iat < exp && exp - iat <= lifetime && iat - SKEW_SECONDS <= now && now < exp + SKEW_SECONDS;
  if (!inTime) throw new LetterboxError('token-time', { now });
}

/** The address whose inbox a token is about. */
function subjectOf({ act, sub, to }: RequestClaims): Address | undefined {
  return act === 'send' ? to : sub;
}

/** Whatever the parsers say of a token is one problem to the caller. */
function asTokenInvalid<Result>(read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof LetterboxError)) throw error;
    throw new LetterboxError('token-invalid', { problem: error.message }, { cause: error });
  }
}
