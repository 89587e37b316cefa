import { hash } from 'node:crypto';
import type { Codec, Digest } from '../protocol/bytes.ts';
import { LetterboxError } from '../protocol/errors.ts';
import { base58checkBy } from '../protocol/ids.ts';

/** By the platform, since every token is decoded and hashed. */
export const nativeCodec: Codec = {
  // by way of a string: a buffer of its own for each hash costs more than the hash
  sha256: (input) => Buffer.from(hash('sha256', input, 'binary'), 'latin1'),

  fromBase64url(text, what) {
    const bytes = Buffer.from(text, 'base64url'); // which passes over what it does not know
    if (bytes.toString('base64url') !== text)
      throw new LetterboxError('malformed', { what, problem: 'not base64url' });
    return bytes;
  },

  digest: (bytes) => hash('sha256', bytes, 'base64url') as Digest,
};

export const nativeBase58check = base58checkBy(nativeCodec);
