import browser from 'webextension-polyfill';
import type { Origin } from '../../src/protocol/ids.ts';
import { ASK_WALLET, type AskWallet, type WalletAnswer } from '../wallet/answer.ts';
import { tabOfPlace } from './place.ts';

/** The script with the selection of wallets: large, and in no page before somebody wants it there. */
const SCRIPT = '/wallet.js';

/**
 * Shows the app's tab and has the person choose a wallet there, in the page's own world, top frame. Call it from a page of
 * the extension's own, which stays meanwhile.
 * @param place of the page that asks
 * @param request for the wallet, which signs nothing else
 */
export async function askWalletIn(place: string, app: Origin, request: string): Promise<WalletAnswer> {
  const tabId = tabOfPlace(place);
  const here = await browser.windows.getCurrent();
  try {
    if ((await originIn(tabId)) !== app) return { problem: 'elsewhere' };
    await show(tabId);
    await browser.scripting.executeScript({ target: topFrame(tabId), files: [SCRIPT], world: 'MAIN' });
    const [injected] = await browser.scripting.executeScript({
      target: topFrame(tabId),
      func: callAsk,
      args: [ASK_WALLET, request],
      world: 'MAIN',
    });
    return (injected?.result as WalletAnswer | undefined) ?? { problem: 'elsewhere' };
  } catch {
    return { problem: 'elsewhere' }; // the tab is gone, or shows what is not ours to touch
  } finally {
    if (here.id !== undefined) await browser.windows.update(here.id, { focused: true });
  }
}

async function originIn(tabId: number): Promise<unknown> {
  const [found] = await browser.scripting.executeScript({
    target: topFrame(tabId),
    func: () => (globalThis as unknown as { readonly origin: string }).origin,
  });
  return found?.result;
}

async function show(tabId: number): Promise<void> {
  const { windowId } = await browser.tabs.update(tabId, { active: true });
  if (windowId !== undefined) await browser.windows.update(windowId, { focused: true });
}

function topFrame(tabId: number) {
  return { tabId, frameIds: [0] };
}

/** Runs in the page, once: it can use nothing from outside its own lines. */
function callAsk(name: string, request: string): Promise<unknown> {
  const world = globalThis as { [name: symbol]: unknown };
  const ask = world[Symbol.for(name)] as AskWallet;
  Reflect.deleteProperty(world, Symbol.for(name));
  return ask(request);
}
