import { ripemd160 } from '@noble/hashes/legacy.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { createBase58check } from '@scure/base';
import { toHex } from '../protocol/bytes.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const MAINNET = 22;
const TESTNET = 26;
const base58check = createBase58check(sha256);

/**
 * True if a registry's owner address is the P2PKH of a public key: `SP…`, `ST…` (test networks) or the Bitcoin
 * spelling of old registries. Encoding and comparing leaves no spelling to argue about; the addresses of several
 * signers (`SM…`, `SN…`, `3…`) are nobody's.
 */
export function isOwnedBy(owner: string, publicKey: Uint8Array): boolean {
  const hash = ripemd160(sha256(publicKey));
  const spellings = [
    c32address(MAINNET, hash),
    c32address(TESTNET, hash),
    base58check.encode(Uint8Array.of(0, ...hash)),
  ];
  return spellings.includes(owner);
}

/** A Stacks address: `S`, the version, then Crockford base 32 of hash and checksum. SIP-005, c32check */
export function c32address(version: number, hash: Uint8Array): string {
  const checksum = sha256(sha256(Uint8Array.of(version, ...hash))).subarray(0, 4);
  return `S${ALPHABET.charAt(version)}${c32(Uint8Array.of(...hash, ...checksum))}`;
}

/** Big-endian base 32 without padding; each leading zero byte is one leading `0`. */
function c32(bytes: Uint8Array): string {
  const zeros = bytes.findIndex((byte) => byte !== 0);
  let text = '';
  for (let rest = BigInt(`0x${toHex(bytes)}`); rest > 0n; rest >>= 5n)
    text = ALPHABET.charAt(Number(rest & 31n)) + text;
  return '0'.repeat(zeros < 0 ? bytes.length : zeros) + text;
}
