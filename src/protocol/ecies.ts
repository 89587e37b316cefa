import { cbc } from '@noble/ciphers/aes.js';
import { hmac } from '@noble/hashes/hmac.js';
import { sha256, sha512 } from '@noble/hashes/sha2.js';
import { base64 } from '@scure/base';
import { fromHex } from './bytes.ts';
import type { Curve } from './curve.ts';
import type { Envelope } from './envelope.ts';
import type { PrivateKey } from './ids.ts';

/** The members of an envelope in its canonical form that its parser has not pinned to one value. */
interface Sealed {
  readonly iv: string;
  readonly ephemeralPK: string;
  readonly cipherText: string;
  readonly mac: string;
}

const lossy = new TextDecoder('utf-8');

/**
 * Opens what stacks.js sealed: x of the ECDH → SHA-512 → encryption key ‖ MAC key; HMAC-SHA-256 over iv ‖ ephemeral key ‖
 * ciphertext, checked before AES-256-CBC; text as the reference decodes it, what is not UTF-8 included. docs/protocol.md#3
 * @throws Error for another's key or any change of the bytes
 */
export function openEnvelope(curve: Curve, envelope: Envelope, key: PrivateKey): string {
  const { iv, ephemeralPK, cipherText, mac } = JSON.parse(envelope) as Sealed;
  const [nonce, point, sealed] = [fromHex(iv), fromHex(ephemeralPK), base64.decode(cipherText)];
  const keys = sha512(curve.sharedX(fromHex(key), point));
  const authentic = hmac
    .create(sha256, keys.subarray(32))
    .update(nonce)
    .update(point)
    .update(sealed)
    .digest();
  if (!isSame(authentic, fromHex(mac))) throw new RangeError('not the MAC of these bytes');
  return lossy.decode(cbc(keys.subarray(0, 32), nonce).decrypt(sealed));
}

/** Looks at all of it, so that the time says nothing about where it differs. Both are 32 bytes. */
function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return one.reduce((difference, byte, at) => difference | (byte ^ (other[at] ?? 0)), 0) === 0;
}
