import type { SignatureCheck } from './jws.ts';

/** What reading mail costs of secp256k1. A port, so that a faster one than JavaScript's can stand in. */
export interface Curve {
  /**
   * The x-coordinate of a private key times a compressed public key: 32 bytes, big-endian. SEC 1, section 3.3.1
   * @throws RangeError where one is no key of the curve
   */
  sharedX(privateKey: Uint8Array, publicKey: Uint8Array): Uint8Array;
  /** Refuses high S, and says no to what is not a point or not a signature. */
  readonly verify: SignatureCheck;
}
