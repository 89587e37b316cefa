import { rowKeysOf, sealRow, veiled } from '../../../extension/platform/row-format.ts';
import { toText } from '../../../extension/platform/row-text.ts';
import { toHex } from '../../../src/protocol/bytes.ts';
import { alice, bob } from '../people.ts';

/** Rows under a vault key: the keys derived from it, a veiled string and sealed rows. extension/platform/row-format.ts */
export function rowVectors() {
  const vaultKey = Uint8Array.from({ length: 32 }, (_, index) => 0xa0 + index);
  const keys = rowKeysOf(vaultKey);
  let next = 0;
  const random = { bytes: (length: number) => Uint8Array.from({ length }, () => next++ % 256) };
  const veils = [
    { table: 'contacts', text: alice.address },
    { table: 'entries', text: alice.address },
    { table: 'entries', text: '' },
  ].map((one) => ({ ...one, veiled: veiled(keys, one.table, one.text) }));
  const rows = [
    { place: { table: 'pins', key: 'p' }, row: { address: bob.address, seq: 7, token: 'a.b.c' } },
    { place: { table: 'outbox', key: ['i', 'o'] }, row: { file: Uint8Array.of(0, 255), text: '\0bé\uD83D' } },
  ].map(({ place, row }) => ({
    ...place,
    text: toText(row),
    sealed: toHex(sealRow(keys, place, row, random)),
  }));
  return { vaultKey: toHex(vaultKey), sealing: toHex(keys.sealing), veiling: toHex(keys.veiling), veils, rows };
}
