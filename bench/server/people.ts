import { hash } from 'node:crypto';
import secp256k1 from 'secp256k1';
import { fromHex, toHex } from '../../src/protocol/bytes.ts';
import {
  addressOf,
  allowLoopback,
  parseBucket,
  parseOrigin,
  parsePrivateKey,
  type Address,
  type Bucket,
  type PrivateKey,
  type PublicKey,
} from '../../src/protocol/ids.ts';

/** Somebody with a key. Each is made from a number, so that every process knows the same people. */
export interface Person {
  readonly secret: PrivateKey;
  readonly publicKey: PublicKey;
  readonly address: Address;
}

export const APP = parseOrigin('https://someawesome.app');

/** So many write, so that all of them fit the server's cache of look-ups, whose misses are a hub's matter. */
export const SENDERS = 2000;
/** So many read, so that all of them fit the server's memory of good signatures. */
export const READERS = 5000;

const senders: Person[] = [];
const readers: Person[] = [];

export function senderOf(index: number): Person {
  return (senders[index] ??= makePerson(`sender ${index}`));
}

export function readerOf(index: number): Person {
  return (readers[index] ??= makePerson(`reader ${index}`));
}

/** One who only receives: an address whose key nobody needs. */
export function recipientOf(index: number): Address {
  return addressOf(`02${hash('sha256', `recipient ${index}`, 'hex')}` as PublicKey);
}

export function bucketOf(hub: string, address: Address): Bucket {
  return parseBucket(`${hub}/${address}/`, 'bucket', { [allowLoopback]: true });
}

function makePerson(name: string): Person {
  const secret = parsePrivateKey(hash('sha256', name, 'hex'));
  const publicKey = toHex(secp256k1.publicKeyCreate(fromHex(secret), true)) as PublicKey;
  return { secret, publicKey, address: addressOf(publicKey) };
}
