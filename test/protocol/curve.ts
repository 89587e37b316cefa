import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createWasmCurve } from '../../src/protocol/wasm-curve.ts';

const place = createRequire(import.meta.url).resolve(
  '@bitauth/libauth/build/lib/bin/secp256k1/secp256k1.wasm',
);

/** The curve as the extension loads it, from where its build takes the file. */
export const wasmCurve = await createWasmCurve(new Uint8Array(readFileSync(place)).buffer);

/** Where nothing is to be reported. */
export function never(error: unknown): never {
  throw error;
}
