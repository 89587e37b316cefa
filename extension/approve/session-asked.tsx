import type { ConnectApproval } from '../../src/agent/owner-api.ts';
import { useAction } from '../ui/hooks.ts';
import { useWorld } from '../ui/world.ts';
import { DecisionBar } from './decision-bar.tsx';
import { Headline } from './headline.tsx';
import { WalletWay, type AskForWallet } from './wallet-way.tsx';
import { Who } from './who.tsx';

interface SessionAskedProps {
  readonly approval: ConnectApproval;
  readonly busy: boolean;
  readonly askWallet: AskForWallet;
  /** The question is another one now. */
  readonly onChanged: () => void;
  readonly onDecline: () => void;
}

/** An app wants to be connected, and there is no session yet, or none that holds: nothing can be agreed to before. */
export function SessionAsked({ approval, busy, askWallet, onChanged, onDecline }: SessionAskedProps) {
  const { owner } = useWorld();
  const read = useAction(() => owner.readSession(approval.id));
  const { session, place } = approval;
  const refused = session.state === 'refused';
  const isMissing = refused && session.problem.code === 'session-missing';
  return (
    <>
      <main class="approve-body">
        <Headline approval={approval} ask="Connect to" end="?" />
        <section aria-label="As">
          <h2 class="section-name">As</h2>
          <Who approval={approval} />
          {place !== undefined && (!refused || isMissing) && (
            <WalletWay approval={approval} askWallet={askWallet} onSession={onChanged} />
          )}
        </section>
      </main>
      <DecisionBar
        {...(refused ? {} : { yes: 'Read my sign-in' })}
        busy={busy || read.busy}
        error={refused ? undefined : read.error}
        note={refused ? 'Nothing was kept.' : 'Closing this window declines. Nothing is connected yet.'}
        onYes={() => void read.run().then(onChanged)}
        onNo={onDecline}
      />
    </>
  );
}
