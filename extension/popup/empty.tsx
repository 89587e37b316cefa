import type { Overview } from '../../src/agent/owner-api.ts';
import { list } from '../ui/format.ts';
import { EmptySlot } from '../ui/icons.tsx';
import { appTitle } from '../ui/people.tsx';

/** Nothing has come yet: what will, and from where. */
export function Empty({ overview }: { readonly overview: Overview }) {
  const names = overview.apps.map(({ app }) => appTitle(app, overview.apps));
  return (
    <div class="empty">
      <EmptySlot />
      <h2>No messages yet</h2>
      {names.length > 0 ? (
        <p>
          When someone writes to you in <b>{list(names, 'or')}</b>, it arrives here.
        </p>
      ) : (
        <p>Turn Letterbox on in an app that you use. What people write to you there arrives here.</p>
      )}
    </div>
  );
}
