import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { fromBase64url, fromHex, utf8 } from '../protocol/bytes.ts';
import { LetterboxError } from '../protocol/errors.ts';
import {
  asArray,
  asObject,
  asString,
  parseJson,
  parseJsonObject,
  type JsonObject,
} from '../protocol/json.ts';
import { isOwnedBy } from './stacks-address.ts';

/** Longest profile file that is read, in bytes. docs/protocol.md#5 */
export const PROFILE_MAX_BYTES = 64 * 1024;
const MAX_TOKENS = 16;

/** The claim of a profile token that the name's owner signed. What it says is the owner's word, no more. */
export interface Profile {
  readonly claim: JsonObject;
}

/**
 * Opens a profile file, `[{token, decodedToken}]`: the first token counts, as in stacks.js; `decodedToken` is nobody's
 * signature and is not read. Checked are subject, issuer, claim, that the issuer's key is the owner's, and the
 * signature (ES256K, high S too: stock signers make them). Profiles do not expire: `exp` is not looked at.
 * @throws LetterboxError `malformed | key-mismatch | signature-invalid`
 */
export function openProfile(file: Uint8Array, owner: string): Profile {
  const [first] = asArray(parseJson(file, 'profile'), 'profile', MAX_TOKENS);
  const token = asString(asObject(first, 'profile')['token'], 'profile.token', PROFILE_MAX_BYTES);
  return verifyProfileToken(token, owner);
}

function verifyProfileToken(token: string, owner: string): Profile {
  const [header, payload, signature, ...more] = token.split('.');
  if (header === undefined || payload === undefined || signature === undefined || more.length > 0) {
    throw malformed('profile.token', 'not three parts');
  }
  const { alg, crit } = decode(header, 'profile.header');
  if (alg !== 'ES256K' || crit !== undefined) throw malformed('profile.header', 'not ES256K');
  const claims = decode(payload, 'profile.token');
  keyIn(claims, 'subject');
  const issuer = keyIn(claims, 'issuer');
  const claim = asObject(claims['claim'], 'profile.claim');
  const publicKey = fromHex(issuer);
  if (!isOwnedBy(owner, publicKey)) {
    throw new LetterboxError('key-mismatch', { what: 'profile', expected: owner, actual: issuer });
  }
  if (!isSigned(`${header}.${payload}`, fromBase64url(signature, 'profile.signature'), publicKey)) {
    throw new LetterboxError('signature-invalid', { what: 'profile' });
  }
  return { claim };
}

/** A public key as wallets write it: hex, compressed or (old ones) not. */
function keyIn(claims: JsonObject, member: 'subject' | 'issuer'): string {
  const what = `profile.${member}.publicKey`;
  const key = asString(asObject(claims[member], `profile.${member}`)['publicKey'], what, 130);
  if (!/^(0[23][0-9a-f]{64}|04[0-9a-f]{128})$/i.test(key)) throw malformed(what, 'not a public key');
  return key;
}

function isSigned(text: string, signature: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return secp256k1.verify(signature, sha256(utf8(text)), publicKey, { prehash: false, lowS: false });
  } catch {
    return false; // not a point, or not a signature: the answer to the question is no
  }
}

function decode(part: string, what: string): JsonObject {
  return parseJsonObject(fromBase64url(part, what), what);
}

function malformed(what: string, problem: string): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what, problem });
}
