import { HDKey } from '@scure/bip32';
import { mnemonicToSeed, validateMnemonic } from '@scure/bip39';
import { wordlist } from '@scure/bip39/wordlists/english';
import { deriveAccount, DerivationType, deriveSalt, getRootNode, getStxAddress } from '@stacks/wallet-sdk';
import type { Account, Wallet } from '@stacks/wallet-sdk';
import { LetterboxError } from '../protocol/errors.ts';

/** The words of a wallet, opened: in memory only, of one page, for as long as it takes to choose an account. */
export type SecretKey = Pick<Wallet, 'rootKey' | 'salt'>;

/** One of the accounts that a Secret Key has. */
export interface SecretKeyAccount {
  /** From 0; wallets count from 1. */
  readonly index: number;
  /** The Stacks address that owns its names. */
  readonly owner: string;
  readonly account: Account;
  readonly secretKey: SecretKey;
}

/**
 * @param words 12 or 24 of them, however they are spaced
 * @throws LetterboxError `malformed` where they are no Secret Key; what is wrong with them says nothing of them
 */
export async function openSecretKey(words: string): Promise<SecretKey> {
  const secretKey = words.normalize('NFKD').toLowerCase().trim().split(/\s+/).join(' ');
  const count = secretKey.split(' ').length;
  if (count !== 12 && count !== 24) throw malformed('not 12 or 24 words');
  if (!validateMnemonic(secretKey, wordlist)) throw malformed('a word is wrong');
  const { privateExtendedKey: rootKey } = HDKey.fromMasterSeed(await mnemonicToSeed(secretKey));
  return { rootKey, salt: await deriveSalt(rootNodeOf({ rootKey })) };
}

/** Needs no network, and tells nobody. */
export function accountOf(secretKey: SecretKey, index: number): SecretKeyAccount {
  const rootNode = rootNodeOf(secretKey);
  const { salt } = secretKey;
  const account = deriveAccount({ rootNode, index, salt, stxDerivationType: DerivationType.Wallet });
  return { index, owner: getStxAddress({ account, network: 'mainnet' }), account, secretKey };
}

/** Of the wallet's own kind, which is another package's than ours. */
export function rootNodeOf({ rootKey }: Pick<SecretKey, 'rootKey'>): ReturnType<typeof getRootNode> {
  return getRootNode({ rootKey } as Wallet);
}

function malformed(problem: string): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what: 'Secret Key', problem });
}
