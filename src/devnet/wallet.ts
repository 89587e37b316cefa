import { config as stacksConfig } from '@stacks/common';
import type { Registry } from './registry.ts';
import { listenOnLoopback } from './loopback.ts';
import type { LoopbackServer } from './loopback.ts';
import { siteAnswer } from './site.ts';
import type { Site } from './site.ts';
import { deriveIdentity, ensureProfile, nameRecord } from './wallet/identity.ts';
import type { Identity } from './wallet/identity.ts';
import { peopleNamed } from './wallet/people.ts';
import type { OtherNames, PersonId } from './wallet/people.ts';
import { answerAuthRequest } from './wallet/sign-in.ts';
import { walletApi } from './wallet/wallet-api.ts';

export interface WalletOptions {
  /** URL of the Gaia hub, without a trailing slash. */
  hubUrl: string;
  registry: Pick<Registry, 'register'>;
  /** The built pages: the provider script and the sign-in dialog. Without it the wallet serves its API only. */
  site?: Site;
  port?: number;
  names?: OtherNames;
}

/** What anyone may know of a person of the devnet. */
export interface PublicPerson {
  id: PersonId;
  displayName: string;
  name: string;
  /** Mainnet Stacks address that owns the name. */
  owner: string;
  profileUrl: string;
}

export interface Wallet extends LoopbackServer {
  readonly people: Record<PersonId, PublicPerson>;
  /** Answers an app's authentication request as if the person had agreed in the wallet's dialog. */
  signIn: (person: PersonId, request: { token: string; origin: string }) => Promise<string>;
}

/**
 * A DEVELOPMENT WALLET. It holds published test keys, asks for no password, and is reachable on loopback only.
 *
 * On starting it registers Alice's and Bob's names and publishes their profiles, so that
 * name → registry → zonefile → profile signed by the owner → `apps[origin]` → bucket is a real chain.
 * Pages load `<origin>/provider.js`, which adds the wallet to @stacks/connect's wallet selection.
 */
export async function startWallet(options: WalletOptions): Promise<Wallet> {
  stacksConfig.logLevel = 'error';
  const readPrefix = await readPrefixOf(options.hubUrl);
  const people = peopleNamed(options.names ?? {});
  const derived = await Promise.all(people.map((person) => deriveIdentity(person, readPrefix)));
  const identities = new Map(derived.map((identity) => [identity.id, identity]));
  for (const identity of identities.values()) {
    await ensureProfile(identity, options.hubUrl);
    options.registry.register(nameRecord(identity));
  }
  const signIn = oneAtATime((person: PersonId, request: { token: string; origin: string }) =>
    answerAuthRequest(identityOf(identities, person), { ...request, hubUrl: options.hubUrl }),
  );
  const api = walletApi({ identities: [...identities.values()], signIn });
  const server = await listenOnLoopback(
    options.port ?? 0,
    () => (request) => api(request) ?? siteAnswer(options.site, request),
  );
  const publicPerson = (id: PersonId): PublicPerson => describe(identityOf(identities, id));
  return { ...server, people: { alice: publicPerson('alice'), bob: publicPerson('bob') }, signIn };
}

async function readPrefixOf(hubUrl: string): Promise<string> {
  const response = await fetch(`${hubUrl}/hub_info`);
  const info = (await response.json()) as { read_url_prefix?: unknown };
  if (typeof info.read_url_prefix !== 'string') throw new TypeError(`${hubUrl} is not a Gaia hub`);
  return info.read_url_prefix;
}

/** Sign-ins rewrite a profile after reading it, so they queue. */
function oneAtATime<Args extends unknown[], T>(
  task: (...args: Args) => Promise<T>,
): (...args: Args) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (...args) => {
    const next = last.then(() => task(...args));
    last = next.catch(() => null); // the caller hears of it; the queue goes on
    return next;
  };
}

function identityOf(identities: ReadonlyMap<PersonId, Identity>, id: PersonId): Identity {
  const identity = identities.get(id);
  if (identity === undefined) throw new Error(`${id} is not of this devnet`);
  return identity;
}

function describe({ id, displayName, name, owner, profileUrl }: Identity): PublicPerson {
  return { id, displayName, name, owner, profileUrl };
}
