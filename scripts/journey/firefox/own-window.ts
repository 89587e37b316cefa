import type { Realm } from './realm.ts';
import type { Session } from './session.ts';

/** Firefox's own window, where its chrome runs and may do all. Needs `--remote-allow-system-access`. */
export async function ownWindow(session: Session): Promise<Realm> {
  const { contexts } = await session.send('browsingContext.getTree', { 'moz:scope': 'chrome' });
  const [window] = contexts as readonly { context: string }[];
  if (window === undefined) throw new Error('Firefox shows none of its own windows');
  return { context: window.context };
}
