import { LetterboxError } from '../protocol/errors.ts';
import type { FetchResponse } from '../protocol/ports.ts';

export interface BodyCap {
  /** What the body is, for errors. */
  readonly what: string;
  readonly maxBytes: number;
  /** Give what was read up to the cap instead of an error. */
  readonly cut?: boolean;
}

type Reader = ReturnType<NonNullable<FetchResponse['body']>['getReader']>;

/**
 * Reads a body as it arrives and stops at the cap; one that announces itself as longer is refused unread.
 * @throws LetterboxError `too-large`
 */
export async function readBody(response: FetchResponse, cap: BodyCap): Promise<Uint8Array> {
  const reader = response.body?.getReader();
  if (reader === undefined) return new Uint8Array();
  const announced = Number(response.headers.get('Content-Length') ?? 0);
  if (announced > cap.maxBytes) return giveUp(reader, cap, [], announced);
  return readAll(reader, cap);
}

async function readAll(reader: Reader, cap: BodyCap): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done || value === undefined) return concat(chunks);
    chunks.push(value);
    size += value.length;
    if (size > cap.maxBytes) return giveUp(reader, cap, chunks, undefined);
  }
}

function giveUp(reader: Reader, cap: BodyCap, chunks: Uint8Array[], size: number | undefined): Uint8Array {
  // The answer is settled: how the other side takes the hanging up changes nothing in it.
  reader.cancel().catch((error: unknown) => error);
  if (cap.cut === true) return concat(chunks).subarray(0, cap.maxBytes);
  const known = size === undefined ? {} : { size };
  throw new LetterboxError('too-large', { what: cap.what, limit: cap.maxBytes, ...known });
}

function concat(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((size, chunk) => size + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}
