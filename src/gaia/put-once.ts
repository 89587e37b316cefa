import { LetterboxError, isLetterboxError } from '../protocol/errors.ts';
import type { BucketClient, PutOptions, WrittenFile } from './bucket.ts';

/**
 * Writes a file that is never overwritten. Repeating a write whose answer was lost succeeds: a 412 counts as success
 * when the same bytes are there. docs/protocol.md#3
 * @throws LetterboxError `write-conflict` (`reason: 'changed'`) where other bytes are there; `unreachable` where the hub
 * has a file and its reader does not show it yet; else as `BucketClient.put`
 */
export async function putOnce(
  client: BucketClient,
  path: string,
  bytes: Uint8Array,
  options: Pick<PutOptions, 'contentType'>,
): Promise<WrittenFile> {
  try {
    return await client.put(path, bytes, { ...options, ifNoneMatch: '*' });
  } catch (error) {
    const exists = isLetterboxError(error, 'write-conflict') && error.context.reason === 'changed';
    if (!exists) throw error;
    return sameFile(client, path, bytes, error);
  }
}

async function sameFile(
  client: BucketClient,
  path: string,
  bytes: Uint8Array,
  conflict: LetterboxError<'write-conflict'>,
): Promise<WrittenFile> {
  const url = `${client.bucket}${path}`;
  try {
    const file = await client.read(path, { what: path, maxBytes: bytes.length });
    if (!isSame(file.bytes, bytes)) throw conflict;
    return file.etag === undefined ? { url } : { url, etag: file.etag };
  } catch (error) {
    if (isLetterboxError(error, 'too-large')) throw conflict;
    if (!isLetterboxError(error, 'not-found')) throw error;
    throw new LetterboxError('unreachable', { url, problem: 'written, but not shown yet' }, { cause: error });
  }
}

function isSame(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}
