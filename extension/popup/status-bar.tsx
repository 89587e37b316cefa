import type { Overview } from '../../src/agent/owner-api.ts';
import { IconButton } from '../ui/controls.tsx';
import { useAction, useOnline } from '../ui/hooks.ts';
import { StatusLine } from '../ui/status-line.tsx';
import { useWorld } from '../ui/world.ts';

/** How well the inbox is in step with its servers, and the way to settings. */
export function StatusBar({ overview }: { readonly overview: Overview }) {
  const { owner, openSettings } = useWorld();
  const online = useOnline();
  const sync = useAction(() => owner.syncNow());
  const lock = useAction(() => owner.lock());
  const busy = sync.busy || overview.sync.state === 'busy';
  return (
    <footer class="status-bar">
      <StatusLine overview={overview} busy={busy} />
      <IconButton
        label="Check for mail"
        icon="refresh"
        disabled={busy || !online || overview.apps.length === 0}
        onClick={() => void sync.run()}
      />
      {overview.vault.state === 'open' && (
        <IconButton label="Lock now" icon="lock" onClick={() => void lock.run()} />
      )}
      <IconButton label="Settings" icon="settings" onClick={() => openSettings('apps')} />
    </footer>
  );
}
