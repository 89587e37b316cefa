import { LetterboxError } from '../protocol/errors.ts';
import type { Bucket } from '../protocol/ids.ts';
import { request, type Web } from './web.ts';

/** A file as read from a bucket or another public place. */
export interface StoredFile {
  readonly bytes: Uint8Array;
  /** Absent where the place names none. */
  readonly etag?: string;
}

export interface FileCap {
  /** What the file is, for errors: `record`, `message`. */
  readonly what: string;
  readonly maxBytes: number;
}

/** The public URL of a file in a bucket. */
export function fileUrl(bucket: Bucket, path: string): string {
  return `${bucket}${path}`;
}

/**
 * Reads a public file. What a bucket gives may be minutes old.
 * @throws LetterboxError `not-found | too-large | unreachable | place-forbidden`
 */
export async function readFile(web: Web, url: string, cap: FileCap): Promise<StoredFile> {
  const { status, headers, body } = await request(web, url, cap);
  if (status === 404) throw new LetterboxError('not-found', { url });
  if (status !== 200) throw new LetterboxError('unreachable', { url, problem: `status ${status}` });
  const etag = headers.get('ETag');
  return etag === null ? { bytes: body } : { bytes: body, etag };
}
