import browser from 'webextension-polyfill';
import type { Curve } from '../../src/protocol/curve.ts';
import { createWasmCurve } from '../../src/protocol/wasm-curve.ts';

/** The curve from the extension's own folder, where the build puts it. */
export async function loadCurve(): Promise<Curve> {
  const file = await fetch(browser.runtime.getURL('secp256k1.wasm'));
  return createWasmCurve(await file.arrayBuffer());
}
