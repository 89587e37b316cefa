import { AppConfig, UserSession } from '@stacks/auth';
import { config as stacksConfig } from '@stacks/common';
import { devnetValue } from './config.ts';

/** What an app knows of the person who signed in. */
export interface SignedIn {
  /** The blockstack name; their identity address where they have none. */
  label: string;
  /** The session as apps hold it: what `letterbox.connect({session})` takes. */
  userData: ReturnType<UserSession['loadUserData']>;
}

/** The legacy handshake that wallets still speak beside JSON-RPC. */
interface HandshakeProvider {
  authenticationRequest: (token: string) => Promise<string>;
}

stacksConfig.logLevel = 'error';
const userSession = new UserSession({
  appConfig: new AppConfig(
    ['store_write', 'publish_data'],
    location.origin,
    '',
    '/manifest.webmanifest',
    devnetValue('registry'),
  ),
});

/** The person who is signed in on this device, if any. */
export function currentPerson(): SignedIn | null {
  return userSession.isUserSignedIn() ? signedIn() : null;
}

/**
 * Lets the person choose a wallet (@stacks/connect) and then an identity, and keeps the session as every
 * @stacks/auth app does: `blockstack-session` in localStorage, with the key that the wallet made for this app.
 *
 * @stacks/connect is large, so it is loaded when it is needed.
 * @returns null if the person closed the selection or the wallet's dialog
 */
export async function signIn(appName: string): Promise<SignedIn | null> {
  const { connect, getSelectedProvider } = await import('@stacks/connect');
  try {
    await connect();
    const provider: unknown = getSelectedProvider();
    if (!isHandshakeProvider(provider))
      throw new Error('This wallet gives apps no storage key. Choose another one.');
    const icon = new URL('/icon.svg', location.href).href;
    const appDetails = { appDetails: { name: appName, icon } };
    const token = userSession.makeAuthRequest(
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      undefined,
      appDetails,
    );
    await userSession.handlePendingSignIn(await provider.authenticationRequest(token));
  } catch (error) {
    if (isCancelled(error)) return null;
    throw error;
  }
  keepUsername();
  return signedIn();
}

/** Forgets the session and the chosen wallet on this device. */
export async function signOut(): Promise<void> {
  const { disconnect } = await import('@stacks/connect');
  disconnect(); // first: what it leaves in `blockstack-session`, @stacks/auth cannot read
  userSession.signUserOut();
}

/** @stacks/auth stopped copying the name out of the wallet's answer; apps look for it in the session. */
function keepUsername(): void {
  const data = userSession.store.getSessionData();
  const username = usernameOf(userSession.loadUserData());
  if (data.userData !== undefined) Object.assign(data.userData, username === undefined ? {} : { username });
  userSession.store.setSessionData(data);
}

function signedIn(): SignedIn {
  const userData = userSession.loadUserData();
  return { userData, label: usernameOf(userData) ?? userData.identityAddress ?? 'you' };
}

function usernameOf({ profile }: { profile: unknown }): string | undefined {
  const { username } = (typeof profile === 'object' && profile !== null ? profile : {}) as Record<
    string,
    unknown
  >;
  return typeof username === 'string' ? username : undefined;
}

function isHandshakeProvider(value: unknown): value is HandshakeProvider {
  return typeof value === 'object' && value !== null && 'authenticationRequest' in value;
}

/** What @stacks/connect and wallets reject with when a person changes their mind. */
function isCancelled(error: unknown): boolean {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return code === -31_001 || code === -32_000;
}
