import browser from 'webextension-polyfill';
import { OWNER_PORT, CHANGED, ownerOver, type OwnerRequest } from '../../src/agent/owner-wire.ts';
import type { OwnerApi } from '../../src/agent/owner-api.ts';

export interface OwnerConnection {
  readonly owner: OwnerApi;
  /** Called on every change, and whenever one may have been missed. @returns a function that ends it. */
  readonly onChange: (listener: () => void) => () => void;
}

/**
 * The agent in the background, for one of our own pages. The worker may die and come back at any time: calls wake it;
 * the port of changes is opened again, at once where the page is seen, else when it is seen again.
 */
export function connectOwner(): OwnerConnection {
  const listeners = new Set<() => void>();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  let connected = false;
  const connect = () => {
    if (connected || document.hidden) return;
    connected = true;
    const port = browser.runtime.connect({ name: OWNER_PORT });
    port.onMessage.addListener((message: unknown) => {
      if (message === CHANGED) tell();
    });
    port.onDisconnect.addListener(() => {
      connected = false;
      connect();
      tell();
    });
  };
  document.addEventListener('visibilitychange', () => {
    if (document.hidden || connected) return;
    connect();
    tell();
  });
  connect();
  return {
    owner: ownerOver(post),
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** The worker can die under a call, and then nothing or an error comes back; every call can be repeated. */
async function post(request: OwnerRequest, attempts = 3): Promise<unknown> {
  try {
    const answer: unknown = await browser.runtime.sendMessage(request);
    if (answer !== undefined || attempts === 1) return answer;
  } catch (error) {
    if (attempts === 1) throw error;
  }
  return post(request, attempts - 1);
}
