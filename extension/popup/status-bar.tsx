import type { Overview } from '../../src/agent/owner-api.ts';
import { IconButton } from '../ui/controls.tsx';
import { number, timeOfDay } from '../ui/format.ts';
import { useAction, useOnline } from '../ui/hooks.ts';
import { Health } from '../ui/notices.tsx';
import { useWorld } from '../ui/world.ts';

/** How well the inbox is in step with its servers, and the way to settings. */
export function StatusBar({ overview }: { readonly overview: Overview }) {
  const { owner, openSettings } = useWorld();
  const online = useOnline();
  const sync = useAction(() => owner.syncNow());
  const busy = sync.busy || overview.sync.state === 'busy';
  return (
    <footer class="status-bar">
      <p role="status" class="status-words">
        {online && busy ? <span class="spinner" /> : <Health silent state={online ? healthOf(overview) : 'unknown'} />}
        <span class="one-line">{online ? statusWords(overview, busy) : 'Offline'}</span>
      </p>
      <IconButton label="Check for mail" icon="refresh" disabled={busy || !online} onClick={() => void sync.run()} />
      <IconButton label="Settings" icon="settings" onClick={() => openSettings('apps')} />
    </footer>
  );
}

function healthOf({ sync, apps }: Overview): 'fine' | 'late' | 'failed' | 'unknown' {
  if (apps.length === 0 || sync.state === 'busy') return 'unknown';
  return sync.state;
}

function statusWords({ sync, apps }: Overview, busy: boolean): string {
  if (busy) return 'Checking…';
  if (apps.length === 0) return 'No app connected';
  if (sync.state === 'fine') return 'Up to date';
  const servers = `${number(sync.checked)} of ${number(sync.of)} servers checked`;
  return sync.at === undefined ? servers : `${servers} · ${timeOfDay(sync.at)}`;
}
