import { makeGaiaAssociationToken, getGaiaAddress } from '@stacks/wallet-sdk';
import { LetterboxError, isLetterboxError } from '../protocol/errors.ts';
import {
  addressOfBucket,
  parseBucket,
  publicKeyOf,
  type Bucket,
  type Name,
  type Origin,
} from '../protocol/ids.ts';
import { asObject } from '../protocol/json.ts';
import { readFile } from '../gaia/files.ts';
import { readHubInfo } from '../gaia/hub-info.ts';
import { resolveName, type ResolveOptions } from '../gaia/names.ts';
import { namesOwnedBy } from '../gaia/owned-names.ts';
import { openProfile, PROFILE_MAX_BYTES } from '../gaia/profile.ts';
import { appKeyAt } from './app-keys.ts';
import type { SecretKeyAccount } from './secret-key.ts';

export interface FindOptions extends ResolveOptions {
  /** Where the account's storage is, as the person says. */
  readonly hubUrl: string;
}

/** A session as the app would have it, members named as in `loadUserData()`. It holds the app's key, and no other. */
export interface DerivedSession {
  readonly appPrivateKey: string;
  readonly hubUrl: string;
  readonly address: string;
  readonly username?: Name;
  readonly gaiaAssociationToken: string;
  readonly profile: { readonly apps: { readonly [app: string]: string } };
}

/**
 * The session of an account in one app: the profile, which the account itself signed, says which bucket is its own there,
 * and only a key that opens this bucket is taken. docs/protocol.md#10
 * @throws LetterboxError `app-not-found` where the profile names none, `key-mismatch` where no key of the account's fits
 *   it, and what hub and registries answer with
 */
export async function findSession(
  account: SecretKeyAccount,
  app: Origin,
  options: FindOptions,
): Promise<DerivedSession> {
  for (const name of await namesOwnedBy(options, options.registries, account.owner)) {
    const bucket = await bucketOfName(name, app, options);
    const session = bucket === undefined ? undefined : sessionAt(account, app, { bucket, name, ...options });
    if (session !== undefined) return session; // a registry that lies of a name leads to no key of the account's
  }
  const bucket = await bucketWithoutName(account, app, options);
  const session = sessionAt(account, app, { bucket, ...options });
  if (session !== undefined) return session;
  const expected = addressOfBucket(bucket);
  throw new LetterboxError('key-mismatch', { what: 'Secret Key', expected, actual: account.owner });
}

interface Place {
  readonly bucket: Bucket;
  readonly name?: Name;
  readonly hubUrl: string;
}

/** @returns undefined where no key of the account's opens the bucket */
function sessionAt(
  account: SecretKeyAccount,
  app: Origin,
  { bucket, name, hubUrl }: Place,
): DerivedSession | undefined {
  const address = addressOfBucket(bucket);
  const key = appKeyAt(account, app, address);
  if (key === undefined) return undefined;
  return {
    appPrivateKey: key,
    hubUrl,
    address,
    ...(name === undefined ? {} : { username: name }),
    gaiaAssociationToken: makeGaiaAssociationToken({
      privateKey: account.account.dataPrivateKey,
      childPublicKeyHex: publicKeyOf(key),
    }),
    profile: { apps: { [app]: bucket } },
  };
}

async function bucketOfName(name: Name, app: Origin, options: FindOptions): Promise<Bucket | undefined> {
  try {
    return (await resolveName(name, app, options)).bucket;
  } catch (error) {
    if (isLetterboxError(error, 'app-not-found', 'name-unproven', 'name-not-found', 'unreachable'))
      return undefined;
    throw error;
  }
}

/** By the profile that wallets keep beside those of their apps, which is there without a name too. */
async function bucketWithoutName(
  { account, owner }: SecretKeyAccount,
  app: Origin,
  options: FindOptions,
): Promise<Bucket> {
  const { readPrefix } = await readHubInfo(options, options.hubUrl);
  const url = `${readPrefix}${getGaiaAddress(account)}/profile.json`;
  const { bytes } = await readProfile(url, app, options);
  const { claim } = openProfile(bytes, owner);
  const apps = claim['apps'] === undefined ? {} : asObject(claim['apps'], 'profile.apps');
  if (!Object.hasOwn(apps, app)) throw new LetterboxError('app-not-found', { name: owner, app });
  return parseBucket(apps[app], 'profile.apps', options);
}

async function readProfile(url: string, app: Origin, options: FindOptions) {
  try {
    return await readFile(options, url, { what: 'profile', maxBytes: PROFILE_MAX_BYTES });
  } catch (error) {
    if (!isLetterboxError(error, 'not-found')) throw error;
    throw new LetterboxError('app-not-found', { name: 'profile', app }, { cause: error });
  }
}
