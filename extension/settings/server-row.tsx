import { useRef, useState } from 'preact/hooks';
import type { ServerHealth, ServerTest } from '../../src/agent/owner-api.ts';
import { Button, IconButton } from '../ui/controls.tsx';
import { count, whenWithin, hostOf, number } from '../ui/format.ts';
import { useAction } from '../ui/hooks.ts';
import { asWire, Health } from '../ui/notices.tsx';
import { sentenceFor } from '../ui/words.ts';
import { useWorld } from '../ui/world.ts';
import { InviteForm } from './invite-form.tsx';

interface ServerRowProps {
  readonly health: ServerHealth;
  readonly index: number;
  readonly last: boolean;
  readonly busy: boolean;
  readonly now: number;
  readonly onMove: (by: 1 | -1) => Promise<boolean>;
  readonly onRemove: () => void;
  readonly onInvite: (code: string) => Promise<void>;
}

export function ServerRow(props: ServerRowProps) {
  const { health, index, last, busy, now, onMove, onRemove, onInvite } = props;
  const { owner } = useWorld();
  const { entry } = health;
  const host = hostOf(entry.url);
  const [tested, setTested] = useState<ServerTest | undefined>();
  const test = useAction(async () => setTested(await owner.testServer(entry.url)));
  const up = useRef<HTMLButtonElement>(null);
  const down = useRef<HTMLButtonElement>(null);
  /** The row moves, the focus stays with what was pressed, or with its opposite at the end of the list. */
  const move = async (by: 1 | -1) => {
    await onMove(by);
    requestAnimationFrame(() => {
      const [pressed, opposite] = by === -1 ? [up.current, down.current] : [down.current, up.current];
      (pressed?.disabled ? opposite : pressed)?.focus();
    });
  };
  return (
    <li class="server">
      <span class="place faint">{number(index + 1)}</span>
      <div class="grow">
        <p class="server-host">
          <bdi dir="ltr" title={entry.url}>
            {host}
          </bdi>
          {entry.type !== 'letterbox' && <span class="faint"> {TYPE_WORDS[entry.type]}</span>}
        </p>
        <div role="status">
          {test.busy ? (
            <Testing />
          ) : (
            <State health={health} tested={tested} error={test.error && sentenceFor(asWire(test.error))} />
          )}
        </div>
        <p class="faint small time">{detail(health, tested, now)}</p>
        {health.problem?.code === 'not-admitted' && <InviteForm onInvite={onInvite} />}
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
          label={`Move ${host} up`}
          icon="moveUp"
          disabled={busy || index === 0}
          buttonRef={up}
          onClick={() => void move(-1)}
        />
        <IconButton
          label={`Move ${host} down`}
          icon="moveDown"
          disabled={busy || last}
          buttonRef={down}
          onClick={() => void move(1)}
        />
        <IconButton label={`Remove ${host}`} icon="bin" disabled={busy} onClick={onRemove} />
      </span>
    </li>
  );
}

const TYPE_WORDS = { gaia: 'Dead drop in storage', matrix: 'Matrix', radiks: 'Radiks' } as const;

function Testing() {
  return (
    <p class="server-state">
      <span class="spinner" /> Testing…
    </p>
  );
}

interface StateProps {
  readonly health: ServerHealth;
  readonly tested: ServerTest | undefined;
  readonly error: string | undefined;
}

/** The newest thing known: a test that failed, a test that went well, else what syncing shows. */
function State({ health, tested, error }: StateProps) {
  const state = error === undefined ? (tested === undefined ? health.state : 'fine') : 'failed';
  return (
    <p class={`server-state ${state}`}>
      <Health silent state={state} />
      <span>
        {error ??
          (tested === undefined
            ? healthWords(health)
            : `Reachable in ${number(tested.milliseconds)} ms, tested just now`)}
      </span>
    </p>
  );
}

function healthWords({ state, problem }: ServerHealth): string {
  switch (state) {
    case 'fine':
      return 'Reachable';
    case 'late':
      return 'Late to answer. Letterbox keeps trying.';
    case 'failed':
      return problem === undefined ? 'Doesn’t answer' : sentenceFor(problem);
    case 'unknown':
      return 'Not checked yet';
    default:
      return state satisfies never;
  }
}

const ADMISSION_WORDS: Record<ServerTest['admission'], string> = {
  open: 'open to everyone',
  invite: 'by invitation',
  allowlist: 'for chosen people',
};

function detail({ lastSync, state }: ServerHealth, tested: ServerTest | undefined, now: number): string {
  const said =
    tested === undefined
      ? []
      : [
          `keeps mail ${count(Math.round(tested.retention / 86_400), 'day', 'days')}`,
          ADMISSION_WORDS[tested.admission],
          ...(tested.operator === undefined ? [] : [`says it is run by “${tested.operator.slice(0, 80)}”`]),
        ];
  const sync =
    lastSync === undefined
      ? []
      : [`${state === 'failed' ? 'last reached' : 'last sync'} ${whenWithin(lastSync, now)}`];
  const line = [...said, ...sync].join(' · ');
  return line.charAt(0).toLocaleUpperCase() + line.slice(1);
}
