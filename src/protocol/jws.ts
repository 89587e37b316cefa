import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { fromBase64url, fromHex, portableCodec, toBase64url, utf8 } from './bytes.ts';
import { LetterboxError } from './errors.ts';
import { parsePublicKey, publicKeyOf, type PrivateKey, type PublicKey } from './ids.ts';
import { parseJsonObject, type JsonObject } from './json.ts';

/** The three things that Letterbox signs; the `typ` keeps one from passing for another. docs/protocol.md#jws */
export type JwsType = 'letterbox-record+jwt' | 'letterbox-pointer+jwt' | 'letterbox-request+jwt';

/** A JWS whose form and header are right and whose signature nobody has checked: its claims are hearsay. */
export interface UnverifiedJws {
  readonly token: string;
  readonly issuer: PublicKey;
  readonly claims: JsonObject;
  readonly signature: Uint8Array;
  /** SHA-256 over the first two parts, as received. */
  readonly digest: Uint8Array;
}

/** Checks an ECDSA signature: 64 bytes r ‖ s, low S, over a 32-byte digest. Servers bring a native one. */
export type SignatureCheck = (signature: Uint8Array, digest: Uint8Array, publicKey: PublicKey) => boolean;

export const verifyEs256k: SignatureCheck = (signature, digest, publicKey) => {
  try {
    return secp256k1.verify(signature, digest, fromHex(publicKey), { prehash: false, lowS: true });
  } catch {
    return false; // not a point, or not a signature: the answer to the question is no
  }
};

/** Signs claims as a compact JWS; `iss` is the key's own. Deterministic (RFC 6979), low S. RFC 7515, RFC 8812 */
export function signJws(typ: JwsType, claims: object, privateKey: PrivateKey): string {
  const header = encode({ alg: 'ES256K', typ });
  const payload = encode({ iss: publicKeyOf(privateKey), ...claims });
  const digest = sha256(utf8(`${header}.${payload}`));
  const signature = secp256k1.sign(digest, fromHex(privateKey), { prehash: false, lowS: true });
  return `${header}.${payload}.${toBase64url(signature)}`;
}

/**
 * Takes a compact JWS apart and checks everything but the signature: three parts, exact header, 64 bytes with low S,
 * `iss` a compressed key. docs/protocol.md#jws
 * @throws LetterboxError `malformed`
 */
export function decodeJws(token: unknown, typ: JwsType, what: string, codec = portableCodec): UnverifiedJws {
  if (typeof token !== 'string') throw malformed(what, 'not a string');
  const parts = token.split('.');
  if (parts.length !== 3) throw malformed(what, 'not three parts');
  const [header, payload, signature] = parts as [string, string, string];
  checkHeader(header, typ, what);
  const claims = parseJsonObject(codec.fromBase64url(payload, what), what);
  return {
    token,
    issuer: parsePublicKey(claims['iss'], `${what}.iss`),
    claims,
    signature: decodeSignature(codec.fromBase64url(signature, `${what}.signature`), what),
    digest: codec.sha256(token.slice(0, header.length + 1 + payload.length)),
  };
}

/** @throws LetterboxError `signature-invalid` */
export function verifyJws(jws: UnverifiedJws, what: string, check: SignatureCheck = verifyEs256k): void {
  if (!check(jws.signature, jws.digest, jws.issuer)) throw new LetterboxError('signature-invalid', { what });
}

/** The header last found right, for each type: nearly all signers write the same characters. */
const rightHeaders = new Map<JwsType, string>();

function checkHeader(encoded: string, typ: JwsType, what: string): void {
  if (rightHeaders.get(typ) === encoded) return;
  const header = parseJsonObject(fromBase64url(encoded, `${what}.header`), `${what}.header`);
  const exact = Object.keys(header).length === 2 && header['alg'] === 'ES256K' && header['typ'] === typ;
  if (!exact) throw malformed(`${what}.header`, `not exactly alg ES256K and typ ${typ}`);
  rightHeaders.set(typ, encoded);
}

function decodeSignature(bytes: Uint8Array, what: string): Uint8Array {
  if (bytes.length !== 64) throw malformed(`${what}.signature`, 'not 64 bytes');
  const s = bytes.subarray(32);
  if (compare(s, HALF_ORDER) > 0) throw malformed(`${what}.signature`, 'high S');
  return bytes;
}

const HALF_ORDER = fromHex('7fffffffffffffffffffffffffffffff5d576e7357a4501ddfe92f46681b20a0');

function compare(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, index) => byte !== b[index]);
  return at < 0 ? 0 : (a[at] as number) - (b[at] as number);
}

function encode(value: object): string {
  return toBase64url(utf8(JSON.stringify(value)));
}

function malformed(what: string, problem: string): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what, problem });
}
