import { createDecipheriv, pbkdf2Sync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  LINE_MAX_BYTES,
  openLines,
  sealLines,
  type ReadableFile,
} from '../../../extension/platform/export-format.ts';
import { digest, fromHex } from '../../../src/protocol/bytes.ts';
import { random } from '../../agent/world.ts';
import { collect } from '../../vectors/collect.ts';

interface Vectors {
  readonly passphrase: string;
  readonly normalized: string;
  readonly lines: readonly string[];
  readonly file: string;
  readonly repeated: { readonly line: string; readonly times: number; readonly sha256: string };
}

const vectors = JSON.parse(
  readFileSync(new URL('../../vectors/export.json', import.meta.url), 'utf8'),
) as Vectors;
const { passphrase } = vectors;
const short = fromHex(vectors.file);
const CHUNK = 262_144 + 16;
const HEADER = 40;
const counted = { bytes: (length: number) => Uint8Array.from({ length }, (_, index) => index) };

async function sealed(lines: readonly string[], words = passphrase): Promise<Uint8Array> {
  return new Uint8Array(Buffer.concat(await collect(sealLines(words, lines, random))));
}

function fileOf(bytes: Uint8Array): ReadableFile {
  return { size: bytes.length, read: async (start, end) => bytes.slice(start, end) };
}

/** The lines, or why the file is refused. */
async function opened(bytes: Uint8Array, words = passphrase): Promise<readonly string[] | string> {
  try {
    return await collect(openLines(words, fileOf(bytes)));
  } catch (error) {
    return (error as { context: { problem: string } }).context.problem;
  }
}

const flipped = (bytes: Uint8Array, at: number) => bytes.with(at, (bytes[at] ?? 0) ^ 1);
const numbered = (bytes: Uint8Array, at: number, value: number) => {
  const copy = Uint8Array.from(bytes);
  new DataView(copy.buffer).setUint32(at, value);
  return copy;
};
const chunk = (bytes: Uint8Array, index: number) =>
  bytes.slice(HEADER + index * CHUNK, HEADER + (index + 1) * CHUNK);

test('the vectors open here, and by the words of the docstring alone', async () => {
  expect(await opened(short)).toEqual(vectors.lines);
  expect(await opened(short, vectors.normalized)).toEqual(vectors.lines);
  const header = short.slice(0, HEADER);
  expect(Buffer.from(header.slice(0, 16)).toString()).toBe('letterbox-export');
  const numbers = new DataView(header.buffer);
  const rounds = numbers.getUint32(20);
  const key = pbkdf2Sync(vectors.normalized, header.slice(24), rounds, 32, 'sha256');
  const aes = createDecipheriv('aes-256-gcm', key, Uint8Array.of(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1));
  aes.setAAD(header);
  aes.setAuthTag(short.slice(-16));
  const text = Buffer.concat([aes.update(short.slice(HEADER, -16)), aes.final()]).toString();
  expect(text).toBe(vectors.lines.map((line) => `${line}\n`).join(''));
});

test('the long vector comes out the same', async () => {
  const { line, times, sha256 } = vectors.repeated;
  const lines = Array.from({ length: times }, () => line);
  const parts = await collect(sealLines(passphrase, lines, counted));
  expect(parts.map(({ length }) => length)).toEqual([HEADER, CHUNK, CHUNK, times * 1000 - 2 * 262_144 + 16]);
  expect(digest(new Uint8Array(Buffer.concat(parts)))).toBe(sha256);
});

test('whatever the lines are, they come back in their order', async () => {
  const line = fc.string({ unit: 'binary', maxLength: 40 }).map((text) => text.replaceAll('\n', ' '));
  await fc.assert(
    fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 20 }), async (lines) => {
      expect(await opened(await sealed(lines))).toEqual(lines);
    }),
    { numRuns: 15 }, // each derives two keys
  );
});

test.each([262_143, 262_144, 262_145, 2 * 262_144])(
  'a file of %i bytes of text has its end',
  async (size) => {
    const lines = ['a'.repeat(1000), 'b'.repeat(size - 1002)];
    expect(await opened(await sealed(lines))).toEqual(lines);
  },
);

test('no more than a chunk and a line are held: a long file is read piece by piece', async () => {
  const bytes = await sealed(Array.from({ length: 1200 }, () => 'x'.repeat(999)));
  const asked: number[] = [];
  const file: ReadableFile = {
    size: bytes.length,
    async read(start, end) {
      asked.push(end - start);
      return bytes.slice(start, end);
    },
  };
  let lines = 0;
  for await (const line of openLines(passphrase, file)) lines += Number(line.length === 999);
  expect(lines).toBe(1200);
  expect(asked.length).toBe(6);
  expect(Math.max(...asked)).toBe(CHUNK);
});

describe('a file is refused', () => {
  test.each([
    ['that is empty', new Uint8Array(), 'not-ours'],
    ['that ends in its header', short.slice(0, 39), 'not-ours'],
    ['of another kind', flipped(short, 3), 'not-ours'],
    ['of another version', numbered(short, 16, 2), 'version'],
    ['with too few rounds', numbered(short, 20, 599_999), 'rounds'],
    ['with too many rounds', numbered(short, 20, 10_000_001), 'rounds'],
    ['that has no chunk', short.slice(0, HEADER), 'changed'],
    ['whose chunk has no content', short.slice(0, HEADER + 16), 'changed'],
    ['with another number of rounds than it was made with', numbered(short, 20, 600_000), 'closed'],
    ['with another salt', flipped(short, 30), 'closed'],
    ['with a changed content', flipped(short, HEADER + 3), 'closed'],
    ['with a changed tag', flipped(short, short.length - 1), 'closed'],
    ['that was cut short', short.slice(0, -1), 'closed'],
    ['with something behind it', Uint8Array.of(...short, 0), 'closed'],
  ])('%s', async (_what, bytes, problem) => {
    expect(await opened(bytes)).toBe(problem);
  });

  test('under another passphrase', async () => {
    expect(await opened(short, 'four quiet herons')).toBe('closed');
  });

  test('that is larger than any export, without reading it', async () => {
    const read = async (start: number, end: number) => short.slice(start, end);
    const lines = collect(openLines(passphrase, { size: 9 * 1024 ** 3, read }));
    await expect(lines).rejects.toMatchObject({ context: { problem: 'size' } });
  });

  test('whose chunks were swapped, repeated or left out, or whose end is missing', async () => {
    const bytes = await sealed(Array.from({ length: 900 }, (_, index) => `${index}`.padEnd(999, '.')));
    const header = bytes.slice(0, HEADER);
    const [a, b, c, d] = [chunk(bytes, 0), chunk(bytes, 1), chunk(bytes, 2), chunk(bytes, 3)];
    const made = (...parts: Uint8Array[]) => opened(new Uint8Array(Buffer.concat([header, ...parts])));
    expect(await made(a, b, c, d)).toHaveLength(900);
    expect(await made(a, c, b, d)).toBe('changed');
    expect(await made(b, a, c, d)).toBe('closed');
    expect(await made(a, b, b, d)).toBe('changed');
    expect(await made(a, b, d)).toBe('changed');
    expect(await made(a, b, c)).toBe('changed');
    expect(await made(a)).toBe('closed');
    expect(await made(a, b, c, d, d)).toBe('changed');
    const other = await sealed(Array.from({ length: 900 }, () => 'y'.repeat(999)));
    expect(await made(a, chunk(other, 1), c, d)).toBe('changed');
  });

  test('with a line that is too long, or never ends', async () => {
    await expect(sealed(['x'.repeat(LINE_MAX_BYTES)])).rejects.toThrow(RangeError);
    await expect(sealed(['two\nlines'])).rejects.toThrow(RangeError);
    await expect(sealed([])).rejects.toThrow(RangeError);
    expect(await opened(await sealed(['x'.repeat(LINE_MAX_BYTES - 1)]))).toHaveLength(1);
    expect(await opened(await forged('x'.repeat(LINE_MAX_BYTES + 10)))).toBe('size');
    expect(await opened(await forged('no newline'))).toBe('content');
  });

  test('with text that is not UTF-8', async () => {
    expect(await opened(await forged(Uint8Array.of(0xff, 0x0a)))).toBe('content');
  });
});

/** Sealed rightly over a text that the writer would never write. */
async function forged(text: string | Uint8Array): Promise<Uint8Array> {
  const plain = Buffer.from(text as string);
  const header = (await sealed(['x'])).slice(0, HEADER);
  const raw = pbkdf2Sync(passphrase.normalize('NFKC'), header.slice(24), 1_000_000, 32, 'sha256');
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt']);
  const parts: Uint8Array[] = [header];
  for (let index = 0; index * 262_144 < plain.length; index += 1) {
    const nonce = new Uint8Array(12);
    new DataView(nonce.buffer).setUint32(7, index);
    nonce[11] = Number((index + 1) * 262_144 >= plain.length);
    const part = Uint8Array.from(plain.subarray(index * 262_144, (index + 1) * 262_144));
    const how = { name: 'AES-GCM', iv: nonce, additionalData: Uint8Array.from(header) };
    parts.push(new Uint8Array(await crypto.subtle.encrypt(how, key, part)));
  }
  return new Uint8Array(Buffer.concat(parts));
}
