import { callIn, type Realm } from './realm.ts';
import type { Session } from './session.ts';

interface Chrome {
  readonly Services: {
    readonly io: { offline: boolean };
    readonly obs: { notifyObservers(subject: null, topic: string): void };
  };
}

/** “Work Offline”, or not. @param window Firefox's own */
export async function offline(session: Session, window: Realm, isOffline: boolean): Promise<void> {
  await callIn(session, window, String(work), [isOffline]);
}

function work(isOffline: boolean): void {
  const { io, obs } = (globalThis as unknown as Chrome).Services;
  io.offline = isOffline;
  if (isOffline) obs.notifyObservers(null, 'net:prune-all-connections'); // those that are open to this machine would stay
}
