import { hash } from 'node:crypto';
import type { Address } from '../../../protocol/ids.ts';
import type { DeliveryKey } from '../../../protocol/server-api.ts';

/** A stream, and the names of what lies in it. */
export interface Shelf {
  readonly stream: string;
  /** What its subjects begin with, the dot included. */
  readonly root: string;
}

/** One stream a partition, and one for what belongs to the store as a whole. */
export interface Shelves {
  readonly meta: Shelf;
  readonly partitions: readonly Shelf[];
  /** The partition that an inbox lies in, whole. */
  of(address: Address): Shelf;
}

export function metaShelf(prefix: string): Shelf {
  return { stream: `${prefix}_meta`, root: `${prefix}.meta.` };
}

export function shelvesOf(prefix: string, partitions: number): Shelves {
  const shelves = Array.from({ length: partitions }, (_, number) => ({
    stream: `${prefix}_${number}`,
    root: `${prefix}.${number}.`,
  }));
  return {
    meta: metaShelf(prefix),
    partitions: shelves,
    of: (address) => shelves[partitionOf(address, partitions)] as Shelf,
  };
}

/** By hash, so that partitions fill alike. Part of the layout: never to be changed. */
export function partitionOf(address: Address, partitions: number): number {
  return hash('sha256', address, 'buffer').readUInt32BE(0) % partitions;
}

export const headOf = ({ root }: Shelf, address: Address): string => `${root}head.${address}`;
export const recordOf = ({ root }: Shelf, address: Address): string => `${root}record.${address}`;
export const policyOf = ({ root }: Shelf, address: Address): string => `${root}policy.${address}`;
/** A delivery, by its sequence; `*` for all of an inbox. */
export const mailOf = ({ root }: Shelf, address: Address, sequence: number | '*'): string =>
  `${root}mail.${address}.${sequence}`;
/** What is remembered of a delivery, by (sender, id); `*` for all of an inbox. */
export const keyOf = ({ root }: Shelf, address: Address, key: DeliveryKey | '*'): string =>
  `${root}key.${address}.${key === '*' ? key : shortHash(`${key.from} ${key.id}`)}`;
/** That what an inbox left behind is to be erased; `*` for all such. */
export const eraseOf = ({ root }: Shelf, address: Address | '*'): string => `${root}erase.${address}`;
/** That an inbox ends on a day, unless it was renewed; `*` for all that do. Days since 1970. */
export const endingOf = ({ root }: Shelf, day: number, address: Address | '*'): string =>
  `${root}ends.${day}.${address}`;
export const checkOf = ({ root }: Shelf): string => `${root}check`;

/** In no stream: what the engine publishes at each change of an inbox. `$1` as a stream's republish wants it. */
export const hintOf = (prefix: string, address: Address | '{{wildcard(1)}}'): string =>
  `${prefix}.hint.${address}`;

/** That were asked for by a filter. */
export function subjectsIn(streamInfo: object): string[] {
  const { subjects = {} } = Reflect.get(streamInfo, 'state') as { readonly subjects?: object };
  return Object.keys(subjects);
}

/** 128 bits, as a part of a subject. */
export function shortHash(text: string): string {
  return hash('sha256', text, 'buffer').subarray(0, 16).toString('base64url');
}
