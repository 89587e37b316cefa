import { getInstalledProviders, getProviderFromId, type WbipProvider } from '@stacks/connect-ui';
import { defineCustomElements } from '@stacks/connect-ui/loader';
import type { WalletAnswer } from './answer.ts';

/** A wallet that answers the sign-in of @stacks/auth. */
export interface HandshakeWallet {
  authenticationRequest(request: string): Promise<unknown>;
}

type Chosen = { readonly provider: HandshakeWallet } | Extract<WalletAnswer, { problem: string }>;

/**
 * @stacks/connect's selection of wallets, by itself: its `connect` would have the wallet asked for addresses as well, and
 * keep both in the app's storage, which is the app's to fill.
 */
export async function chooseWallet(known: WbipProvider[]): Promise<Chosen> {
  defineCustomElements(window);
  const installed = getInstalledProviders(known);
  const id = await selected(known, installed);
  if (id === undefined) return { problem: installed.length === 0 ? 'none' : 'closed' };
  const provider: unknown = getProviderFromId(id);
  return isHandshakeWallet(provider) ? { provider } : { problem: 'keyless' };
}

/** @returns undefined where the person closed it */
function selected(known: WbipProvider[], installed: WbipProvider[]): Promise<string | undefined> {
  const selection = document.createElement('connect-modal');
  const { promise, resolve } = Promise.withResolvers<string | undefined>();
  const onKey = ({ key }: KeyboardEvent): void => {
    if (key === 'Escape') resolve(undefined);
  };
  Object.assign(selection, {
    defaultProviders: known,
    installedProviders: installed,
    callback: resolve,
    cancelCallback: () => resolve(undefined),
  });
  document.addEventListener('keydown', onKey);
  document.body.append(selection);
  return promise.finally(() => {
    document.removeEventListener('keydown', onKey);
    selection.remove();
  });
}

function isHandshakeWallet(provider: unknown): provider is HandshakeWallet {
  if (typeof provider !== 'object' || provider === null) return false;
  return 'authenticationRequest' in provider && typeof provider.authenticationRequest === 'function';
}
