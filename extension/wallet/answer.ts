/** What comes of asking for a wallet in an app's tab. `response` is whatever the page let through. */
export type WalletAnswer =
  | { readonly response: unknown }
  | { readonly problem: 'closed' | 'none' | 'keyless' | 'declined' | 'elsewhere' };

/**
 * What extension/wallet leaves in the page's world for the one call that follows: asks the person for a wallet, and the
 * wallet for the answer to a request.
 */
export type AskWallet = (request: string) => Promise<WalletAnswer>;

/** Its name there. */
export const ASK_WALLET = 'letterbox.askWallet';
