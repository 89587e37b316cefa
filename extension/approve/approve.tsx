import { useEffect, useRef, useState } from 'preact/hooks';
import type { Approval, Decision } from '../../src/agent/owner-api.ts';
import { LinkButton } from '../ui/controls.tsx';
import { number } from '../ui/format.ts';
import { useAction, useLive } from '../ui/hooks.ts';
import { Locked } from '../ui/locked.tsx';
import { DevelopmentNotice, Fault } from '../ui/notices.tsx';
import { VaultProgress } from '../ui/vault-progress.tsx';
import { useWorld } from '../ui/world.ts';
import { Connect } from './connect.tsx';
import type { AskForWallet } from './wallet-way.tsx';
import { SendAsked } from './send-asked.tsx';
import { SessionAsked } from './session-asked.tsx';

/** The approval window: one question after the other. Closing it declines what is left. */
export function Approve({ askWallet }: { readonly askWallet: AskForWallet }) {
  const { owner, close } = useWorld();
  const approvals = useLive(() => owner.approvals());
  const overview = useLive(() => owner.overview());
  const waiting = approvals.value;
  const current = useCurrent(waiting);
  const decide = useAction((approval: Approval, decision: Decision) => owner.decide(approval.id, decision));
  const declineAll = useAction(async () => {
    for (const { id } of waiting ?? []) await owner.decide(id, { approve: false });
  });
  const isLocked = overview.value?.vault.state === 'locked';
  useEffect(() => {
    if (waiting?.length === 0 && !decide.busy) close();
  }, [waiting, decide.busy, close]);
  const answer = (decision: Decision) => {
    if (current !== undefined) void decide.run(current, decision).then(approvals.reload);
  };
  if (isLocked && overview.value !== undefined) {
    return (
      <div class="approve-frame">
        <DevelopmentNotice on={overview.value.development} />
        <Locked overview={overview.value} reason="An app asks for you. Unlock to see what it wants." />
      </div>
    );
  }
  return (
    <div class="approve-frame">
      <DevelopmentNotice on={overview.value?.development ?? false} />
      {waiting !== undefined && waiting.length > 1 && current !== undefined && (
        <header class="queue">
          <span>
            Request {number(waiting.indexOf(current) + 1)} of {number(waiting.length)}
          </span>
          <LinkButton onClick={() => void declineAll.run()}>
            {waiting.length === 2 ? 'Decline both' : `Decline all ${number(waiting.length)}`}
          </LinkButton>
        </header>
      )}
      {overview.value === undefined && <VaultProgress />}
      {overview.value !== undefined && <Fault error={approvals.error ?? declineAll.error} />}
      {current?.kind === 'connect' && current.session.state !== 'given' && (
        <SessionAsked
          key={`${current.id} ${current.session.state}`}
          approval={current}
          busy={decide.busy}
          askWallet={askWallet}
          onChanged={approvals.reload}
          onDecline={() => answer({ approve: false })}
        />
      )}
      {current?.kind === 'connect' && current.session.state === 'given' && (
        <Connect
          key={current.id}
          approval={current}
          busy={decide.busy}
          error={decide.error}
          onDecide={answer}
        />
      )}
      {current?.kind === 'send' && (
        <SendAsked
          key={current.id}
          approval={current}
          busy={decide.busy}
          error={decide.error}
          onDecide={answer}
        />
      )}
      {waiting?.length === 0 && (
        <main class="approve-body">
          <p class="centred-words soft" role="status">
            Nothing is waiting for your answer.
          </p>
        </main>
      )}
    </div>
  );
}

/** The question shown stays until it is answered or withdrawn, whatever else comes in: no click may hit another one. */
function useCurrent(waiting: readonly Approval[] | undefined): Approval | undefined {
  const [id, setId] = useState<string | undefined>();
  const seen = useRef<string | undefined>(undefined);
  const current = waiting?.find((approval) => approval.id === (id ?? seen.current)) ?? waiting?.[0];
  seen.current = current?.id;
  useEffect(() => setId(current?.id), [current?.id]);
  return current;
}
