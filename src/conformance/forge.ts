import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { fromHex, toBase64url, toHex, utf8 } from '../protocol/bytes.ts';
import type { PrivateKey } from '../protocol/ids.ts';

/** A JWS of any form, right or wrong. Text stands as it is, objects as their JSON. */
export interface Forgery {
  readonly header: object | string;
  readonly claims: object | string;
  readonly key: PrivateKey;
  /** Done to the signature's 64 bytes. */
  readonly spoil?: (signature: Uint8Array) => Uint8Array;
}

export function forge({ header, claims, key, spoil = (signature) => signature }: Forgery): string {
  const input = `${part(header)}.${part(claims)}`;
  const signature = secp256k1.sign(sha256(utf8(input)), fromHex(key), { prehash: false, lowS: true });
  return `${input}.${toBase64url(spoil(signature))}`;
}

/** The other signature that an ECDSA check without a limit on s takes: n − s. */
export function highS(signature: Uint8Array): Uint8Array {
  const s = BigInt(`0x${toHex(signature.slice(32))}`);
  const high = fromHex((secp256k1.Point.Fn.ORDER - s).toString(16).padStart(64, '0'));
  return Uint8Array.of(...signature.slice(0, 32), ...high);
}

export function flipped(signature: Uint8Array): Uint8Array {
  return signature.map((byte, at) => (at === 5 ? byte ^ 1 : byte));
}

function part(value: object | string): string {
  return toBase64url(utf8(typeof value === 'string' ? value : JSON.stringify(value)));
}
