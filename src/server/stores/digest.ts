import { hash } from 'node:crypto';
import type { Digest } from '../../protocol/bytes.ts';

/** SHA-256, by the platform, of a pointer or a signed record: what stays of it to tell it from others. */
export function digestOf(text: string): Digest {
  return hash('sha256', text, 'base64url') as Digest;
}
