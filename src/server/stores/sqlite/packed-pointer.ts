import type { Pointer } from '../../../protocol/pointer.ts';

/**
 * A pointer as it stands in the database: the bytes that an envelope spells in hex and base64, 1617 of 2308, so that two
 * deliveries share a page of 4 KB. Whatever is not spelt as stacks.js spells it stays text: a server promises to give back
 * what it got.
 *
 * ```
 * {"iv":"…","ephemeralPK":"…","cipherText":"…","mac":"…","wasString":true,"cipherTextEncoding":"base64"}
 *        16               33             1536      32   bytes
 * ```
 */
export type PackedPointer = Uint8Array | string;

interface Part {
  /** What stands before it. */
  readonly before: string;
  readonly bytes: number;
  readonly encoding: 'hex' | 'base64';
  /** Where its text begins in the pointer, how long it is, and where its bytes begin. */
  readonly at: number;
  readonly length: number;
  readonly offset: number;
}

const END = '","wasString":true,"cipherTextEncoding":"base64"}';
const parts = layOut([
  ['{"iv":"', 16, 'hex'],
  ['","ephemeralPK":"', 33, 'hex'],
  ['","cipherText":"', 1536, 'base64'],
  ['","mac":"', 32, 'hex'],
]);
const PACKED_LENGTH = parts.reduce((sum, { bytes }) => sum + bytes, 0);

export function packPointer(pointer: Pointer): PackedPointer {
  const packed = Buffer.allocUnsafe(PACKED_LENGTH);
  for (const { at, length, offset, bytes, encoding } of parts)
    packed.write(pointer.slice(at, at + length), offset, bytes, encoding);
  return spell(packed) === pointer ? packed : pointer; // which finds every other spelling
}

export function unpackPointer(packed: PackedPointer): Pointer {
  if (typeof packed === 'string') return packed as Pointer;
  return spell(Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength)) as Pointer;
}

function spell(packed: Buffer): string {
  let text = '';
  for (const { before, offset, bytes, encoding } of parts)
    text += before + packed.toString(encoding, offset, offset + bytes);
  return text + END;
}

function layOut(fields: readonly (readonly [string, number, Part['encoding']])[]): Part[] {
  let [at, offset] = [0, 0];
  return fields.map(([before, bytes, encoding]) => {
    const part: Part = {
      before,
      bytes,
      encoding,
      at: at + before.length,
      length: encoding === 'hex' ? bytes * 2 : Math.ceil(bytes / 3) * 4,
      offset,
    };
    [at, offset] = [part.at + part.length, offset + bytes];
    return part;
  });
}
