import { hash } from 'node:crypto';
import type { Codec, Digest } from '../protocol/bytes.ts';
import { LetterboxError } from '../protocol/errors.ts';
import { base58checkBy } from '../protocol/ids.ts';

/** By the platform, since every token is decoded and hashed. */
export const nativeCodec: Codec = {
  sha256: (input) => hash('sha256', input, 'buffer'),

  fromBase64url(text, what) {
    const bytes = Buffer.from(text, 'base64url'); // which passes over what it does not know
    if (bytes.toString('base64url') !== text)
      throw new LetterboxError('malformed', { what, problem: 'not base64url' });
    return bytes;
  },

  digest: (bytes) => hash('sha256', bytes, 'base64url') as Digest,
};

export const nativeBase58check = base58checkBy(nativeCodec);
