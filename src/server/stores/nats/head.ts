import type { Address } from '../../../protocol/ids.ts';
import type { Occupied } from '../rules.ts';
import { createReader, createWriter, type Reader, type Writer } from './varint.ts';

/**
 * The small state of an inbox: all that is asked of it but the deliveries themselves follows from this one message,
 * so that an empty poll and a count are one read, and every change is one compare-and-set on it.
 */
export interface Head {
  /** Another one each time an address enrols anew after it left; random, 48 bits. */
  readonly generation: number;
  /** Of the newest delivery; 0 before the first. */
  readonly last: number;
  /** How much the inbox keeps, where that is not what all others do. */
  readonly stored?: number;
  readonly policy?: { readonly seq: number; readonly digest: string };
  /** What is listed, in order. */
  readonly entries: readonly Entry[];
}

export interface Entry {
  readonly sequence: number;
  readonly expires: number;
  readonly read: boolean;
  /** Whose, where it takes strangers' space. */
  readonly stranger?: Address;
}

export interface Counted extends Occupied {
  readonly unread: number;
}

const FORM = 1;

/** Of what has not expired. */
export function listed({ entries }: Head, now: number): readonly Entry[] {
  return entries.filter(({ expires }) => expires > now);
}

export function countOf(entries: readonly Entry[]): Counted {
  return {
    total: entries.length,
    unread: entries.reduce((sum, { read }) => sum + (read ? 0 : 1), 0),
    strangers: entries.reduce((sum, { stranger }) => sum + (stranger === undefined ? 0 : 1), 0),
  };
}

/** About four bytes an entry: sequences and ends as differences, strangers by their place in a table. */
export function encodeHead({ generation, last, stored, policy, entries }: Head): Uint8Array {
  const writer = createWriter();
  for (const value of [FORM, generation, last, optional(stored), optional(policy?.seq)]) writer.number(value);
  if (policy !== undefined) writer.text(policy.digest);
  const strangers = [...new Set(entries.map(({ stranger }) => stranger))].filter((one) => one !== undefined);
  writer.number(strangers.length);
  for (const stranger of strangers) writer.text(stranger);
  writeEntries(writer, entries, new Map(strangers.map((stranger, index) => [stranger, index + 1])));
  return writer.bytes();
}

/** @throws RangeError for what is no head, or one of a newer form */
export function decodeHead(bytes: Uint8Array): Head {
  const reader = createReader(bytes);
  if (reader.number() !== FORM) throw new RangeError('the state of an inbox is of a newer form');
  const [generation, last] = [reader.number(), reader.number()];
  const [stored, seq] = [reader.number() - 1, reader.number() - 1];
  return {
    generation,
    last,
    ...(stored < 0 ? {} : { stored }),
    ...(seq < 0 ? {} : { policy: { seq, digest: reader.text() } }),
    entries: readEntries(reader),
  };
}

const optional = (value: number | undefined): number => (value === undefined ? 0 : value + 1);

function writeEntries(writer: Writer, entries: readonly Entry[], places: Map<Address, number>): void {
  writer.number(entries.length);
  let before = { sequence: 0, expires: 0 };
  for (const entry of entries) {
    const place = entry.stranger === undefined ? 0 : (places.get(entry.stranger) ?? 0);
    writer.number(entry.sequence - before.sequence);
    writer.signed(entry.expires - before.expires);
    writer.number(2 * place + Number(entry.read));
    before = entry;
  }
}

function readEntries(reader: Reader): Entry[] {
  const strangers = Array.from({ length: reader.number() }, () => reader.text() as Address);
  let before = { sequence: 0, expires: 0 };
  return Array.from({ length: reader.number() }, () => {
    const [sequence, expires] = [before.sequence + reader.number(), before.expires + reader.signed()];
    const flags = reader.number();
    const stranger = strangers[Math.floor(flags / 2) - 1];
    const entry = {
      sequence,
      expires,
      read: flags % 2 === 1,
      ...(stranger === undefined ? {} : { stranger }),
    };
    before = entry;
    return entry;
  });
}
