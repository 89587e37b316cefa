import { secp256k1 } from '@noble/curves/secp256k1.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { fromHex, toBase64url, utf8 } from '../../src/protocol/bytes.ts';
import type { PrivateKey } from '../../src/protocol/ids.ts';

/** Makes tokens that the product refuses to make. Text parts are used as they are, objects as their JSON. */
export interface Forgery {
  readonly header: object | string;
  readonly claims: object | string;
  readonly key: PrivateKey;
  readonly highS?: boolean;
  readonly flipSignature?: boolean;
}

export function forge({ header, claims, key, highS = false, flipSignature = false }: Forgery): string {
  const input = `${part(header)}.${part(claims)}`;
  const signature = secp256k1.sign(sha256(utf8(input)), fromHex(key), { prehash: false, lowS: true });
  if (highS) signature.set(negated(signature.slice(32)), 32);
  if (flipSignature) signature[5] = (signature[5] as number) ^ 1;
  return `${input}.${toBase64url(signature)}`;
}

function part(value: object | string): string {
  return toBase64url(utf8(typeof value === 'string' ? value : JSON.stringify(value)));
}

function negated(s: Uint8Array): Uint8Array {
  const order = secp256k1.Point.Fn.ORDER;
  const value = BigInt(`0x${Buffer.from(s).toString('hex')}`);
  return Uint8Array.from(Buffer.from((order - value).toString(16).padStart(64, '0'), 'hex'));
}
