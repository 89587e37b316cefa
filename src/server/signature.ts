import { hash } from 'node:crypto';
import native from 'secp256k1/bindings.js';
import { fromHex, type Hash } from '../protocol/bytes.ts';
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

/** SHA-256 by the platform. */
export const hashNatively: Hash = (bytes) => hash('sha256', bytes, 'buffer');
