import { hash } from 'node:crypto';
import type { Digest } from '../../protocol/bytes.ts';
import type { Pointer } from '../../protocol/pointer.ts';

/** SHA-256 of a pointer, by the platform, since every delivery is hashed: what stays of it once it is removed. */
export function digestOf(pointer: Pointer): Digest {
  return hash('sha256', pointer, 'base64url') as Digest;
}
