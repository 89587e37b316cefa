import type { Overview } from '../../src/agent/owner-api.ts';
import { useOnline } from './hooks.ts';
import { Health } from './notices.tsx';
import { healthOf, statusWords } from './status.ts';

/** A shape and words; read out when they change. */
export function StatusLine({ overview, busy }: { readonly overview: Overview; readonly busy: boolean }) {
  const online = useOnline();
  return (
    <p role="status" class="status-words">
      {online && busy ? (
        <span class="spinner" />
      ) : (
        <Health silent state={online ? healthOf(overview) : 'unknown'} />
      )}
      <span class="one-line">{online ? statusWords(overview, busy) : 'Offline'}</span>
    </p>
  );
}
