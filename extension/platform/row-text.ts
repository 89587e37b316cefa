import { fromBase64url, toBase64url } from '../../src/protocol/bytes.ts';

/**
 * A row as JSON. What JSON lacks is a string that begins with U+0000: bytes are U+0000, `b` and base64url; a string that
 * begins with one by itself has one more, so that nobody's message can pass for bytes.
 */
const MARK = '\0';
const BYTES = `${MARK}b`;

export function toText(row: unknown): string {
  return JSON.stringify(row, (_, value: unknown) => {
    if (value instanceof Uint8Array) return BYTES + toBase64url(value);
    return typeof value === 'string' && value.startsWith(MARK) ? MARK + value : value;
  });
}

export function fromText(text: string): unknown {
  return JSON.parse(text, (_, value: unknown) => {
    if (typeof value !== 'string' || !value.startsWith(MARK)) return value;
    return value.startsWith(BYTES)
      ? fromBase64url(value.slice(BYTES.length), 'row')
      : value.slice(MARK.length);
  });
}
