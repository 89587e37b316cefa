import { fromUtf8, utf8 } from '../../src/protocol/bytes.ts';
import { LetterboxError, type ErrorContexts } from '../../src/protocol/errors.ts';
import type { Random } from '../../src/protocol/ports.ts';
import { areIterations, decrypt, encrypt, ITERATIONS, keyFrom, SALT_BYTES } from './passphrase-key.ts';

/**
 * An exported file, version 1: lines of text under a passphrase, in chunks. docs/export.md, test/vectors/export.json
 *
 *     header(40) = "letterbox-export"(16) ‖ version(4) ‖ iterations(4) ‖ salt(16)
 *     chunk      = AES-256-GCM(plaintext(262,144; the last 1 to as many)) ‖ tag(16)
 *     nonce(12)  = zeros(7) ‖ number of the chunk, from 0(4) ‖ 1 for the last, else 0(1)
 *
 * Numbers are big-endian. The header is each chunk's additional data and the salt makes the key this file's own, so that
 * no chunk opens under another header, at another place, or as an end that it is not. At no time more than one chunk and
 * one line are in memory.
 */
const MAGIC = utf8('letterbox-export');
const VERSION = 1;
const CHUNK_BYTES = 262_144;
const TAG_BYTES = 16;
const [VERSION_AT, ITERATIONS_AT, SALT_AT] = [16, 20, 24];
export const HEADER_BYTES = SALT_AT + SALT_BYTES;
/** Much more than a browser keeps. */
const FILE_MAX_BYTES = 8 * 1024 ** 3;
/** Of UTF-8, its newline included. The longest message is an eighth of it. */
export const LINE_MAX_BYTES = 2 * 1024 ** 2;
const MAX_LINES = 4_000_000;
const NEWLINE = 0x0a;

/** A file that can be read at any place, e.g. a Blob. */
export interface ReadableFile {
  /** Bytes. */
  readonly size: number;
  /** @returns the bytes from `start` up to `end`, which is not included */
  read(start: number, end: number): Promise<Uint8Array>;
}

type Lines = AsyncIterable<string> | Iterable<string>;

/** The parts of a file that holds these lines, in order. No line may hold a newline, or be longer than LINE_MAX_BYTES. */
export async function* sealLines(
  passphrase: string,
  lines: Lines,
  random: Random,
): AsyncGenerator<Uint8Array> {
  const header = headerOf(random.bytes(SALT_BYTES));
  const key = await keyFrom(passphrase, header.subarray(SALT_AT), ITERATIONS);
  yield header;
  let index = 0;
  let held: Uint8Array | undefined; // a chunk that may yet turn out to be the last
  for await (const chunk of chunksOf(lines)) {
    if (held !== undefined) yield encrypt(key, held, { nonce: nonceOf(index++, false), context: header });
    held = chunk;
  }
  if (held === undefined) throw new RangeError('an export holds at least one line');
  yield encrypt(key, held, { nonce: nonceOf(index, true), context: header });
}

/**
 * The lines of a file. What is yielded is authentic; that it is also all of them is known only at the end.
 * @throws LetterboxError `file-refused`
 */
export async function* openLines(passphrase: string, file: ReadableFile): AsyncGenerator<string> {
  const { header, iterations, chunks } = await readHeader(file);
  const key = await keyFrom(passphrase, header.subarray(SALT_AT), iterations);
  const lines = createLines();
  for (let index = 0; index < chunks; index += 1) {
    const start = HEADER_BYTES + index * (CHUNK_BYTES + TAG_BYTES);
    const end = Math.min(start + CHUNK_BYTES + TAG_BYTES, file.size);
    const sealed = await file.read(start, end);
    const nonce = nonceOf(index, index === chunks - 1);
    const chunk = await decrypt(key, sealed, { nonce, context: header });
    if (chunk === undefined) throw refused(index === 0 ? 'closed' : 'changed');
    yield* lines.take(chunk);
  }
  lines.end();
}

/** Refuses before the passphrase is worked on what no passphrase can open. */
async function readHeader(file: ReadableFile) {
  const header = await file.read(0, Math.min(HEADER_BYTES, file.size));
  if (header.length < HEADER_BYTES || MAGIC.some((byte, at) => byte !== header[at]))
    throw refused('not-ours');
  const numbers = new DataView(header.buffer, header.byteOffset, header.byteLength);
  if (numbers.getUint32(VERSION_AT) !== VERSION) throw refused('version');
  const iterations = numbers.getUint32(ITERATIONS_AT);
  if (!areIterations(iterations)) throw refused('rounds');
  const body = file.size - HEADER_BYTES;
  const rest = body % (CHUNK_BYTES + TAG_BYTES);
  if (file.size > FILE_MAX_BYTES) throw refused('size');
  if (body === 0 || (rest > 0 && rest <= TAG_BYTES)) throw refused('changed');
  return { header, iterations, chunks: Math.ceil(body / (CHUNK_BYTES + TAG_BYTES)) };
}

function headerOf(salt: Uint8Array): Uint8Array {
  const header = new Uint8Array(HEADER_BYTES);
  header.set(MAGIC);
  const numbers = new DataView(header.buffer);
  numbers.setUint32(VERSION_AT, VERSION);
  numbers.setUint32(ITERATIONS_AT, ITERATIONS);
  header.set(salt, SALT_AT);
  return header;
}

function nonceOf(index: number, isLast: boolean): Uint8Array {
  const nonce = new Uint8Array(12);
  new DataView(nonce.buffer).setUint32(7, index);
  nonce[11] = Number(isLast);
  return nonce;
}

/** The lines' bytes, cut wherever a chunk is full. */
async function* chunksOf(lines: Lines): AsyncGenerator<Uint8Array> {
  let chunk = new Uint8Array(CHUNK_BYTES);
  let filled = 0;
  for await (const line of lines) {
    let bytes = utf8(`${line}\n`);
    if (line.includes('\n') || bytes.length > LINE_MAX_BYTES) throw new RangeError('not one line');
    while (bytes.length > 0) {
      const part = bytes.subarray(0, CHUNK_BYTES - filled);
      chunk.set(part, filled);
      filled += part.length;
      bytes = bytes.subarray(part.length);
      if (filled < CHUNK_BYTES) continue;
      yield chunk;
      [chunk, filled] = [new Uint8Array(CHUNK_BYTES), 0];
    }
  }
  if (filled > 0) yield chunk.subarray(0, filled);
}

/** Puts lines together again out of chunks. */
function createLines() {
  let rest = new Uint8Array();
  let count = 0;
  return {
    *take(chunk: Uint8Array): Generator<string> {
      const bytes = joined(rest, chunk);
      let start = 0;
      for (let end = bytes.indexOf(NEWLINE); end !== -1; end = bytes.indexOf(NEWLINE, start)) {
        count += 1;
        if (count > MAX_LINES || end - start >= LINE_MAX_BYTES) throw refused('size');
        yield textOf(bytes.subarray(start, end));
        start = end + 1;
      }
      rest = bytes.slice(start);
      if (rest.length >= LINE_MAX_BYTES) throw refused('size');
    },
    end(): void {
      if (rest.length > 0) throw refused('content');
    },
  };
}

function joined(first: Uint8Array, second: Uint8Array): Uint8Array {
  const whole = new Uint8Array(first.length + second.length);
  whole.set(first);
  whole.set(second, first.length);
  return whole;
}

function textOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes, 'line');
  } catch (cause) {
    throw refused('content', cause);
  }
}

function refused(problem: ErrorContexts['file-refused']['problem'], cause?: unknown) {
  return new LetterboxError('file-refused', { problem }, { cause });
}
