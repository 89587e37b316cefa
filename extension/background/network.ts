import type { SessionArea } from '../platform/vault-look.ts';

export interface NetworkParts {
  /** Whether the browser thinks that there is a network. */
  readonly isOnline: () => boolean;
  readonly session: SessionArea;
  /** It is back. */
  readonly online: () => Promise<void>;
}

/** There while the last look found no network, whichever worker looked. */
const OFFLINE = 'offline';

/**
 * Tells when the network is back: what failed without it does not wait for its next try, which can be an hour away.
 * @returns a look at it, for whoever may know something new
 */
export function createNetwork({ isOnline, session, online }: NetworkParts): () => Promise<void> {
  return async () => {
    if (!isOnline()) return session.set({ [OFFLINE]: true });
    const { [OFFLINE]: wasOffline } = await session.get(OFFLINE);
    if (wasOffline !== true) return;
    await online();
    await session.remove(OFFLINE); // at the end: a worker that ends before has the next one tell
  };
}
