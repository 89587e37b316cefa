import { deriveAccount, DerivationType, getAppPrivateKey } from '@stacks/wallet-sdk';
import { sha256 } from '@noble/hashes/sha2.js';
import {
  addressOf,
  parsePrivateKey,
  publicKeyOf,
  type Address,
  type Origin,
  type PrivateKey,
} from '../protocol/ids.ts';
import { utf8, toHex } from '../protocol/bytes.ts';
import { rootNodeOf, type SecretKeyAccount } from './secret-key.ts';

/** The path of the key that all identities of a wallet come from, and the salt of its apps' keys. */
const IDENTITIES = "m/888'/0'";

/**
 * The key of the account in one app that has this address. Wallets differ in how they salt, and one takes the first
 * identity for every account, so that one Secret Key can have several buckets for one app: which one counts is for the
 * profile to say, never for a guess.
 * @returns undefined where none of the ways leads there
 */
export function appKeyAt(account: SecretKeyAccount, app: Origin, address: Address): PrivateKey | undefined {
  return appKeysOf(account, app).find((key) => addressOf(publicKeyOf(key)) === address);
}

function appKeysOf({ index, secretKey }: SecretKeyAccount, app: Origin): PrivateKey[] {
  const rootNode = rootNodeOf(secretKey);
  const { publicKey } = rootNode.derive(IDENTITIES);
  if (publicKey === null) return [];
  return saltsOf(publicKey).flatMap((salt) =>
    [...new Set([index, 0])].map((identity) => {
      const derived = { rootNode, index: identity, salt, stxDerivationType: DerivationType.Wallet } as const;
      return parsePrivateKey(getAppPrivateKey({ account: deriveAccount(derived), appDomain: app }));
    }),
  );
}

/** As hex; as the text that those bytes make; as the numbers that the key's own digest consists of. */
function saltsOf(publicKey: Uint8Array): string[] {
  const digest = sha256(utf8(toHex(publicKey)));
  return [toHex(digest), new TextDecoder('utf-8').decode(digest), [...sha256(publicKey)].join(',')];
}
