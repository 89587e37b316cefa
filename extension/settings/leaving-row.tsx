import { useEffect, useRef } from 'preact/hooks';
import type { LeavingServer } from '../../src/agent/owner-api.ts';
import { Button, IconButton } from '../ui/controls.tsx';
import { fullDate, hostOf } from '../ui/format.ts';
import { useAction } from '../ui/hooks.ts';
import { Fault, Health } from '../ui/notices.tsx';
import { sentenceFor } from '../ui/words.ts';
import { ServerHost } from './server-host.tsx';
import { pastWords, syncWords } from './server-state.tsx';

interface LeavingRowProps {
  readonly server: LeavingServer;
  readonly busy: boolean;
  readonly now: number;
  /** It was removed just now: the focus goes to what takes that back. */
  readonly isFresh: boolean;
  readonly onPutBack: () => void;
  readonly onSync: () => Promise<void>;
}

/** A server that was removed: nobody is sent there any more, and who has not heard is still heard. */
export function LeavingRow({ server, busy, now, isFresh, onPutBack, onSync }: LeavingRowProps) {
  const { entry, state, problem, until } = server;
  const sync = useAction(onSync);
  const back = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    if (isFresh) back.current?.focus();
  }, [isFresh]);
  return (
    <li class="server leaving">
      <span class="place" />
      <div class="grow">
        <ServerHost entry={entry} />
        <p class="server-state" role="status">
          <Health state={state} />
          <span>{until > now ? `Removed. Still listening until ${fullDate(until)}` : 'Being left…'}</span>
        </p>
        {problem !== undefined && <p class="faint small time">{sentenceFor(problem)}</p>}
        {[syncWords(server, now), pastWords(server, now)]
          .filter((words) => words !== '')
          .map((words) => (
            <p key={words} class="faint small time">
              {words}
            </p>
          ))}
        <Fault error={sync.error} />
      </div>
      <span class="server-actions">
        <Button size="small" kind="quiet" disabled={busy} buttonRef={back} onClick={onPutBack}>
          Put back
        </Button>
        <IconButton
          label={`Sync ${hostOf(entry.url)} now`}
          icon="refresh"
          disabled={sync.busy}
          onClick={() => void sync.run()}
        />
      </span>
    </li>
  );
}
