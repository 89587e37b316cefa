import { secp256k1 } from '@noble/curves/secp256k1.js';
import { ripemd160 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { createBase58check } from '@scure/base';
import { fromBase64url, fromHex, toBase64url, toHex, type Codec, type Digest } from './bytes.ts';
import { LetterboxError } from './errors.ts';
import type { Random } from './ports.ts';

/** P2PKH of an app public key: one user in one app. docs/protocol.md#1 */
export type Address = string & { readonly __brand: 'Address' };
/** Compressed secp256k1 public key, 66 lower-case hex characters. */
export type PublicKey = string & { readonly __brand: 'PublicKey' };
/** secp256k1 private key, 64 lower-case hex characters. */
export type PrivateKey = string & { readonly __brand: 'PrivateKey' };
/** 22 base64url characters of 16 random bytes: names a message, in the sender's bucket. */
export type MessageId = string & { readonly __message: true };
/** 22 base64url characters of 16 random bytes: names one delivery to a server. */
export type DeliveryId = string & { readonly __delivery: true };
/** WHATWG origin, without a trailing slash: an app or a message server. */
export type Origin = string & { readonly __brand: 'Origin' };
/** URL of a user's storage for one app; ends in `<address>/`. docs/protocol.md#1 */
export type Bucket = string & { readonly __brand: 'Bucket' };
/** A blockstack name such as `alice.id.blockstack`. */
export type Name = string & { readonly __brand: 'Name' };

/**
 * Lets http on a loopback host stand where https is required. Off unless it is given; the shells that pass it say so
 * loudly. Never set it for a user who did not ask for it: whoever is on the path could then read and redirect.
 */
export const allowLoopback: unique symbol = Symbol('allow http on loopback');
export interface PlaceOptions {
  readonly [allowLoopback]?: boolean;
}

/** What addresses are written in. */
export type Base58check = ReturnType<typeof createBase58check>;
const base58check = createBase58check(sha256);

export function base58checkBy({ sha256: hash }: Pick<Codec, 'sha256'>): Base58check {
  return createBase58check(hash);
}
const P2PKH = 0;

/** The address of a public key. docs/protocol.md#1 */
export function addressOf(publicKey: PublicKey): Address {
  const known = addresses.get(publicKey);
  if (known !== undefined) return known;
  const hash = ripemd160(sha256(fromHex(publicKey)));
  const address = base58check.encode(Uint8Array.of(P2PKH, ...hash)) as Address;
  if (addresses.size >= REMEMBERED) addresses.clear();
  addresses.set(publicKey, address);
  return address;
}

/** Of those who came last: who asks a server once asks again, and the arithmetic costs a fifth of a signature's check. */
const addresses = new Map<PublicKey, Address>();
const REMEMBERED = 16_384;
/**
 * And what was found right: one address stands in a request up to four times, and the same places in one after the other.
 * The text that was found right is what is handed out for all equal ones: whoever looks something up by it finds it by
 * identity, where a part of a request's path would be compared a character at a time.
 */
const [goodAddresses, goodOrigins, goodBuckets] = [
  new Map<string, Address>(),
  new Map<string, Origin>(),
  new Map<string, Bucket>(),
];

function remember<Text extends string>(good: Map<string, Text>, text: Text): Text {
  if (good.size >= REMEMBERED) good.clear();
  good.set(text, text);
  return text;
}

export function publicKeyOf(privateKey: PrivateKey): PublicKey {
  return toHex(secp256k1.getPublicKey(fromHex(privateKey), true)) as PublicKey;
}

/** @param coder of a server: two hashes are most of the cost */
export function parseAddress(value: unknown, what = 'address', coder: Base58check = base58check): Address {
  const text = parseString(value, what, 35);
  const known = goodAddresses.get(text);
  if (known !== undefined) return known;
  let bytes: Uint8Array;
  try {
    bytes = coder.decode(text);
  } catch (cause) {
    throw malformed(what, 'not base58check', cause);
  }
  if (bytes.length !== 21 || bytes[0] !== P2PKH) throw malformed(what, 'not a P2PKH address of version 0');
  return remember(goodAddresses, text as Address);
}

/** Checks the form only: whether it is a point on the curve is settled by the signature that it has to verify. */
export function parsePublicKey(value: unknown, what = 'public key'): PublicKey {
  const text = parseString(value, what, 66);
  if (!/^0[23][0-9a-f]{64}$/.test(text))
    throw malformed(what, 'not 66 lower-case hex characters of a compressed key');
  return text as PublicKey;
}

/** Accepts what sessions hold: 64 hex characters, or 66 ending in `01` (the suffix is dropped). docs/protocol.md#1 */
export function parsePrivateKey(value: unknown, what = 'private key'): PrivateKey {
  if (typeof value !== 'string' || !/^[0-9a-fA-F]{64}(01)?$/.test(value)) {
    throw malformed(what, 'not 64 hex characters'); // never the value itself
  }
  const text = value.slice(0, 64).toLowerCase();
  if (!secp256k1.utils.isValidSecretKey(fromHex(text))) throw malformed(what, 'not a secp256k1 key');
  return text as PrivateKey;
}

export function parseMessageId(value: unknown, what = 'message id'): MessageId {
  return parseId(value, what) as MessageId;
}

export function parseDeliveryId(value: unknown, what = 'delivery id'): DeliveryId {
  return parseId(value, what) as DeliveryId;
}

/** A fresh id from 16 random bytes: of a message or of a delivery. */
export function newId(random: Random): MessageId & DeliveryId {
  return toBase64url(random.bytes(16)) as MessageId & DeliveryId;
}

export function parseDigest(value: unknown, what: string): Digest {
  const text = parseString(value, what, 43);
  if (text.length !== 43) throw malformed(what, 'not 43 characters');
  fromBase64url(text, what);
  return text as Digest;
}

export function parseName(value: unknown, what = 'name'): Name {
  const text = parseString(value, what, 80);
  if (!/^[a-z0-9._+-]{3,80}$/.test(text)) throw malformed(what, 'not a name of 3 to 80 of a–z 0–9 . _ + -');
  return text as Name;
}

/** An app's origin: https, or http (apps under development); equal to its own WHATWG serialisation. */
export function parseOrigin(value: unknown, what = 'origin'): Origin {
  const text = parseString(value, what, 256);
  const known = goodOrigins.get(text);
  if (known !== undefined) return known;
  const url = parseUrl(text, what);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw malformed(what, 'not a web origin');
  if (url.origin !== text) throw malformed(what, 'not an origin in its standard form');
  return remember(goodOrigins, text as Origin);
}

/** A message server's public origin: https, or http on loopback under the development switch. docs/protocol.md#2 */
export function parseServerOrigin(value: unknown, what = 'server', options: PlaceOptions = {}): Origin {
  const origin = parseOrigin(value, what);
  requireSecure(new URL(origin), what, options);
  return origin;
}

/** docs/protocol.md#1 */
export function parseBucket(value: unknown, what = 'bucket', options: PlaceOptions = {}): Bucket {
  const text = parseString(value, what, 256);
  const isSecure = text.startsWith('https:') || options[allowLoopback] === true; // for those that were right once
  const known = isSecure ? goodBuckets.get(text) : undefined;
  if (known !== undefined) return known;
  const url = parseUrl(text, what);
  requireSecure(url, what, options);
  if (url.href !== text) throw malformed(what, 'not in its standard form');
  if (/[?#@]/.test(text)) throw malformed(what, 'has a query, a fragment or user info');
  const segments = url.pathname.split('/');
  if (segments.at(-1) !== '' || segments.at(-2) === '')
    throw malformed(what, 'not ended by exactly one slash');
  parseAddress(segments.at(-2), `${what}.address`);
  return remember(goodBuckets, text as Bucket);
}

/** The address that a bucket's last segment names. */
export function addressOfBucket(bucket: Bucket): Address {
  return bucket.slice(bucket.lastIndexOf('/', bucket.length - 2) + 1, -1) as Address;
}

/** True for the hosts that the development switch lets through. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}

/** https, or http on loopback under the development switch; otherwise `malformed`. */
export function requireSecure(url: URL, what: string, options: PlaceOptions): void {
  if (url.protocol === 'https:') return;
  if (options[allowLoopback] && url.protocol === 'http:' && isLoopback(url.hostname)) return;
  throw malformed(what, 'not https');
}

export function parseUrl(text: string, what: string): URL {
  try {
    return new URL(text);
  } catch (cause) {
    throw malformed(what, 'not a URL', cause);
  }
}

function parseId(value: unknown, what: string): string {
  const text = parseString(value, what, 22);
  if (text.length !== 22) throw malformed(what, 'not 22 characters');
  fromBase64url(text, what);
  return text;
}

function parseString(value: unknown, what: string, max: number): string {
  if (typeof value !== 'string') throw malformed(what, 'not a string');
  if (value.length > max) throw malformed(what, `longer than ${max} characters`);
  return value;
}

function malformed(what: string, problem: string, cause?: unknown): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what, problem }, { cause });
}
