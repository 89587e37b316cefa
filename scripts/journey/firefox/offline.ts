import type { OwnWindow } from './own-window.ts';

interface Chrome {
  readonly Services: {
    readonly io: { offline: boolean };
    readonly obs: { notifyObservers(subject: null, topic: string): void };
  };
}

/** “Work Offline”, or not. */
export async function offline(window: OwnWindow, isOffline: boolean): Promise<void> {
  await window.call(String(work), [isOffline]);
}

function work(isOffline: boolean): void {
  const { io, obs } = (globalThis as unknown as Chrome).Services;
  io.offline = isOffline;
  if (isOffline) obs.notifyObservers(null, 'net:prune-all-connections'); // those that are open to this machine would stay
}
