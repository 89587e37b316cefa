import { useState } from 'preact/hooks';
import type { ServerHealth, ServerTest } from '../../src/agent/owner-api.ts';
import { Button, IconButton } from '../ui/controls.tsx';
import { hostOf, number } from '../ui/format.ts';
import { useAction } from '../ui/hooks.ts';
import { asWire, Fault } from '../ui/notices.tsx';
import { sentenceFor } from '../ui/words.ts';
import { useWorld } from '../ui/world.ts';
import { InviteForm } from './invite-form.tsx';
import { Mover } from './mover.tsx';
import { ProviderWords } from './provider-words.tsx';
import { ServerHost } from './server-host.tsx';
import { adviceFor, pastWords, ServerState, syncWords, testedWords } from './server-state.tsx';

interface ServerRowProps {
  readonly health: ServerHealth;
  /** The other servers of the same app. */
  readonly others: readonly ServerHealth[];
  readonly index: number;
  readonly last: boolean;
  readonly busy: boolean;
  readonly now: number;
  readonly onMove: (by: 1 | -1) => Promise<boolean>;
  readonly onRemove: () => void;
  readonly onSync: () => Promise<void>;
  readonly onInvite: (code: string) => Promise<void>;
}

export function ServerRow(props: ServerRowProps) {
  const { health, others, index, last, busy, now, onMove, onRemove, onSync, onInvite } = props;
  const { owner } = useWorld();
  const { entry } = health;
  const host = hostOf(entry.url);
  const [tested, setTested] = useState<ServerTest | undefined>();
  const [testedAfter, setTestedAfter] = useState('');
  const visit = JSON.stringify([health.state, health.lastSync, health.lastProblem?.at]);
  const test = useAction(async () => {
    setTestedAfter(visit);
    setTested(await owner.testServer(entry.url));
  });
  const isNewest = testedAfter === visit; // until the server is visited again
  const sync = useAction(onSync);
  const lines = [
    ...(tested === undefined ? [] : [testedWords(tested)]),
    syncWords(health, now),
    pastWords(health, now),
    adviceFor(health, { now, others }),
  ].filter((line) => line !== '');
  return (
    <li class="server">
      <span class="place faint">{number(index + 1)}</span>
      <div class="grow">
        <ServerHost entry={entry} />
        <div role="status">
          {test.busy || sync.busy ? (
            <p class="server-state">
              <span class="spinner" /> {test.busy ? 'Testing…' : 'Checking…'}
            </p>
          ) : (
            <ServerState
              health={health}
              tested={isNewest ? tested : undefined}
              error={isNewest && test.error ? sentenceFor(asWire(test.error)) : undefined}
            />
          )}
        </div>
        {lines.map((line) => (
          <p key={line} class="faint small time">
            {line}
          </p>
        ))}
        {tested !== undefined && <ProviderWords tested={tested} />}
        {health.problem?.code === 'not-admitted' && <InviteForm onInvite={onInvite} />}
        <Fault error={sync.error} />
      </div>
      <span class="server-actions">
        {entry.type === 'letterbox' && (
          <Button
            kind={health.state === 'failed' ? 'plain' : 'quiet'}
            size="small"
            busy={test.busy}
            onClick={() => void test.run()}
          >
            {tested === undefined && health.state !== 'failed' ? 'Test' : 'Test again'}
          </Button>
        )}
        <IconButton
          label={`Sync ${host} now`}
          icon="refresh"
          disabled={sync.busy}
          onClick={() => void sync.run()}
        />
        <Mover name={host} isFirst={busy || index === 0} isLast={busy || last} onMove={onMove} />
        <IconButton label={`Remove ${host}`} icon="bin" disabled={busy} onClick={onRemove} />
      </span>
    </li>
  );
}
