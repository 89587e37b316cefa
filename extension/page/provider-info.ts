import type { ProviderDetail } from '../../src/protocol/page-api.ts';

declare const __VERSION__: string;

/** The mark of docs/page-api.md#discovery: a letter in its slot. */
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 128 128'%3E%3Crect width='128' height='128' rx='32' fill='%2317936d'/%3E%3Crect x='11' y='72' width='106' height='24' rx='12' fill='%23063526'/%3E%3Cpath fill='%23fff' d='M28 25h72v59H28z'/%3E%3Cpath d='m28 30 36 30 36-30' fill='none' stroke='%2317936d' stroke-width='8'/%3E%3C/svg%3E";

/** Who announces itself. The uuid names this one page load, after EIP-6963. */
export function providerInfo(): ProviderDetail['info'] {
  return Object.freeze({ uuid: crypto.randomUUID(), name: 'Letterbox', icon: ICON, version: __VERSION__ });
}
