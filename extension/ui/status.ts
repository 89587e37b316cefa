import type { Overview, ServerHealth } from '../../src/agent/owner-api.ts';
import { number, timeOfDay } from './format.ts';

/** How well the inbox is in step with its servers. */
export function healthOf({ sync, apps }: Overview): ServerHealth['state'] {
  if (apps.length === 0 || sync.state === 'busy') return 'unknown';
  return sync.state;
}

/** The same in words: “Up to date”, “2 of 3 servers checked · 19:31”. */
export function statusWords({ sync, apps }: Overview, busy: boolean): string {
  if (busy) return 'Checking…';
  if (apps.length === 0) return 'No app connected';
  if (sync.state === 'fine') return 'Up to date';
  const servers = `${number(sync.checked)} of ${number(sync.of)} servers checked`;
  return sync.at === undefined ? servers : `${servers} · ${timeOfDay(sync.at)}`;
}
