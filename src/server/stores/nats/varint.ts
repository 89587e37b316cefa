import { fromUtf8, utf8 } from '../../../protocol/bytes.ts';

/** Writes whole numbers from 0 to 2^53 − 1 as LEB128, and texts with their length before them. */
export interface Writer {
  number(value: number): void;
  /** Of either sign: zigzag. */
  signed(value: number): void;
  text(value: string): void;
  bytes(): Uint8Array;
}

export interface Reader {
  /** @throws RangeError past the end */
  number(): number;
  signed(): number;
  text(): string;
}

export function createWriter(): Writer {
  const out: number[] = [];
  const writer: Writer = {
    number(value) {
      let rest = value;
      for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) out.push((rest % 0x80) + 0x80);
      out.push(rest);
    },
    signed: (value) => writer.number(value < 0 ? -2 * value - 1 : 2 * value),
    text(value) {
      const bytes = utf8(value);
      writer.number(bytes.length);
      for (const byte of bytes) out.push(byte);
    },
    bytes: () => Uint8Array.from(out),
  };
  return writer;
}

export function createReader(bytes: Uint8Array): Reader {
  let at = 0;
  const reader: Reader = {
    number() {
      let [value, unit] = [0, 1];
      for (;;) {
        const byte = bytes[at];
        if (byte === undefined) throw new RangeError('the state of an inbox is cut off');
        at += 1;
        if (byte < 0x80) return value + byte * unit;
        value += (byte - 0x80) * unit;
        unit *= 0x80;
      }
    },
    signed() {
      const value = reader.number();
      return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
    },
    text() {
      const length = reader.number();
      if (at + length > bytes.length) throw new RangeError('the state of an inbox is cut off');
      at += length;
      return fromUtf8(bytes.subarray(at - length, at), 'head');
    },
  };
  return reader;
}
