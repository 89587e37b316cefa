import native from 'secp256k1/bindings.js';
import { fromHex } from '../protocol/bytes.ts';
import type { PublicKey } from '../protocol/ids.ts';
import type { SignatureCheck } from '../protocol/jws.ts';
import { createRecent } from './recent.ts';

/** Whole points of the keys that were asked about last: to make one of a compressed key is a tenth of the check. */
const points = createRecent<Uint8Array>(10_000);

/**
 * ES256K by libsecp256k1. Its bindings are imported by name, so that a missing binary is an error at the start and not
 * a silent fall back to slow JavaScript. It takes low S only.
 */
export const verifyNatively: SignatureCheck = (signature, digest, publicKey) => {
  try {
    return native.ecdsaVerify(signature, digest, pointOf(publicKey));
  } catch {
    return false; // not a point, or not a signature: the answer to the question is no
  }
};

function pointOf(publicKey: PublicKey): Uint8Array {
  const known = points.get(publicKey);
  if (known !== undefined) return known;
  const point = native.publicKeyConvert(fromHex(publicKey), false);
  points.set(publicKey, point);
  return point;
}
