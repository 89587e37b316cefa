import {
  CompressionFlag,
  ContextFlag,
  instantiateSecp256k1WasmBytes,
} from '@bitauth/libauth/build/lib/bin/secp256k1/secp256k1-wasm.js';
import { fromHex } from './bytes.ts';
import type { Curve } from './curve.ts';

/** Bytes of a private key, a digest, r ‖ s, a compressed key, and of the library's own form of the last two. */
const KEY = 32;
const HASH = 32;
const COMPACT = 64;
const COMPRESSED = 33;
const PARSED = 64;

/**
 * Bitcoin Core's libsecp256k1, compiled to WebAssembly by libauth: `secp256k1.wasm` of that package. All of its memory is
 * taken here, once, and a private key stays in it no longer than a call.
 */
export async function createWasmCurve(wasm: ArrayBuffer): Promise<Curve> {
  const lib = await instantiateSecp256k1WasmBytes(wasm);
  const context = lib.contextCreate(ContextFlag.VERIFY);
  const key = lib.malloc(KEY);
  const hash = lib.malloc(HASH);
  const compact = lib.malloc(COMPACT);
  const signature = lib.malloc(PARSED);
  const compressed = lib.malloc(COMPRESSED);
  const point = lib.malloc(PARSED);
  const length = lib.mallocSizeT(COMPRESSED);

  /** The library reads as many bytes as it expects: what has another length must not reach it. */
  const put = (bytes: Uint8Array, at: number, expected: number): boolean => {
    if (bytes.length !== expected) return false;
    lib.heapU8.set(bytes, at);
    return true;
  };
  const putPoint = (bytes: Uint8Array): boolean =>
    put(bytes, compressed, COMPRESSED) && lib.pubkeyParse(context, point, compressed, COMPRESSED) === 1;

  return {
    sharedX(privateKey, publicKey) {
      if (!putPoint(publicKey)) throw new RangeError('not a point of the curve');
      try {
        if (!put(privateKey, key, KEY) || lib.pubkeyTweakMul(context, point, key) !== 1)
          throw new RangeError('not a private key of the curve');
      } finally {
        lib.heapU8.fill(0, key, key + KEY);
      }
      lib.pubkeySerialize(context, compressed, length, point, CompressionFlag.COMPRESSED);
      const x = lib.heapU8.slice(compressed + 1, compressed + COMPRESSED);
      lib.heapU8.fill(0, compressed, compressed + COMPRESSED);
      lib.heapU8.fill(0, point, point + PARSED);
      return x;
    },

    verify: (bytes, digest, publicKey) =>
      putPoint(fromHex(publicKey)) &&
      put(digest, hash, HASH) &&
      put(bytes, compact, COMPACT) &&
      lib.signatureParseCompact(context, signature, compact) === 1 &&
      lib.verify(context, signature, hash, point) === 1,
  };
}
