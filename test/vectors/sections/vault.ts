import { lockUnder, sealKey } from '../../../extension/platform/vault-format.ts';
import { toHex } from '../../../src/protocol/bytes.ts';
import { alice, bob } from '../people.ts';

/** The vault: a passphrase, the vault key under it, and app keys under that. extension/platform/vault-format.ts */
export async function vaultVectors() {
  const passphrase = 'four quiet herons ﬂy'; // one character of it is two in NFKC
  const vaultKey = Uint8Array.from({ length: 32 }, (_, index) => 0xa0 + index);
  const random = counting();
  const { version, iterations, salt, sealed } = await lockUnder(passphrase, vaultKey, random);
  const keys = [];
  for (const { address, privateKey } of [alice, bob]) {
    const row = await sealKey(vaultKey, address, privateKey, random);
    keys.push({ inbox: address, privateKey, sealed: toHex(row.sealed) });
  }
  return {
    passphrase,
    normalized: passphrase.normalize('NFKC'),
    lock: { version, iterations, salt: toHex(salt), sealed: toHex(sealed) },
    vaultKey: toHex(vaultKey),
    keys,
  };
}

/** The same bytes in each run. */
function counting() {
  let next = 0;
  return { bytes: (length: number) => Uint8Array.from({ length }, () => next++ % 256) };
}
