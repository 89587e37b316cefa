import native from 'secp256k1/bindings.js';
import { fromHex } from '../protocol/bytes.ts';
import type { SignatureCheck } from '../protocol/jws.ts';

/**
 * ES256K by libsecp256k1. Its bindings are imported by name, so that a missing binary is an error at the start and not
 * a silent fall back to slow JavaScript. It takes low S only.
 */
export const verifyNatively: SignatureCheck = (signature, digest, publicKey) => {
  try {
    return native.ecdsaVerify(signature, digest, fromHex(publicKey));
  } catch {
    return false; // not a point, or not a signature: the answer to the question is no
  }
};

/**
 * The same check, remembering the last signatures that were good: a `read` token is used many times. Everything else
 * about a token is checked each time. docs/protocol.md#5
 * @param size how many are remembered
 */
export function rememberSignatures(verify: SignatureCheck, size: number): SignatureCheck {
  const good = new Map<string, true>(); // in the order of their last use
  return (signature, digest, publicKey) => {
    const key = `${publicKey}${Buffer.concat([digest, signature]).toString('latin1')}`;
    const known = good.delete(key);
    if (!known && !verify(signature, digest, publicKey)) return false;
    good.set(key, true);
    if (good.size > size) forgetOldest(good);
    return true;
  };
}

function forgetOldest(good: Map<string, true>): void {
  for (const key of good.keys()) {
    good.delete(key);
    return;
  }
}
