import { DEFAULT_PROVIDERS } from '@stacks/connect';
import { ASK_WALLET, type AskWallet } from './answer.ts';
import { chooseWallet } from './choose-wallet.ts';

/**
 * Runs in the page's own world, in the tab of the app that is being connected, once the person has chosen to connect with
 * their wallet there: wallets are only in web pages, and derive an app's key from the origin that asks. It holds nothing
 * secret, for the page can see and change all of it: the answer is sealed for Letterbox, and proven like any session.
 */
const ask: AskWallet = async (request) => {
  const chosen = await chooseWallet(DEFAULT_PROVIDERS);
  if ('problem' in chosen) return chosen;
  try {
    return { response: await chosen.provider.authenticationRequest(request) };
  } catch {
    return { problem: 'declined' }; // wallets have no reason in common but that nothing came of it
  }
};

(globalThis as { [name: symbol]: unknown })[Symbol.for(ASK_WALLET)] = ask;
