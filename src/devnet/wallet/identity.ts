import { makeProfileZoneFile } from '@stacks/profile';
import type { PublicPersonProfile } from '@stacks/profile';
import { generateWallet, getGaiaAddress, getStxAddress, signAndUploadProfile } from '@stacks/wallet-sdk';
import type { Account } from '@stacks/wallet-sdk';
import type { NameRecord } from '../registry.ts';
import type { Person } from './people.ts';

/** A person with the keys that their Secret Key gives. */
export interface Identity extends Person {
  account: Account;
  /** Mainnet Stacks address: what the registry says owns the name, and whose key signs the profile. */
  owner: string;
  /** Where the profile is read. */
  profileUrl: string;
}

/** Derives a person's account as wallets do. `readPrefix` is the hub's, with its trailing slash. */
export async function deriveIdentity(person: Person, readPrefix: string): Promise<Identity> {
  const { accounts } = await generateWallet({ secretKey: person.secretKey, password: 'letterbox devnet' });
  const [account] = accounts;
  if (account === undefined) throw new Error(`the Secret Key of ${person.id} gives no account`);
  return {
    ...person,
    account,
    owner: getStxAddress({ account, network: 'mainnet' }),
    profileUrl: `${readPrefix}${getGaiaAddress(account)}/profile.json`,
  };
}

/** What the registry is to hold of the person's name. docs/protocol.md#1 */
export function nameRecord({ name, owner, profileUrl }: Identity): NameRecord {
  const zonefile = name.endsWith('.btc')
    ? JSON.stringify({ url: profileUrl })
    : makeProfileZoneFile(name, profileUrl);
  return { name, address: owner, zonefile };
}

/** Publishes a first profile where there is none yet; one with apps in it stays as it is. */
export async function ensureProfile(identity: Identity, hubUrl: string): Promise<void> {
  const { status } = await fetch(identity.profileUrl, { method: 'HEAD' });
  if (status === 200) return;
  if (status !== 404) throw new Error(`${identity.profileUrl} answered ${String(status)}`);
  const profile: PublicPersonProfile = {
    '@type': 'Person',
    '@context': 'http://schema.org',
    name: identity.displayName,
  };
  await signAndUploadProfile({ profile, account: identity.account, gaiaHubUrl: hubUrl });
}
