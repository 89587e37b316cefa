import type { Decision, SendApproval } from '../../src/agent/owner-api.ts';
import type { LetterboxError } from '../../src/protocol/errors.ts';
import { Name, ShortAddress } from '../ui/people.tsx';
import { DecisionBar } from './decision-bar.tsx';
import { Headline } from './headline.tsx';

interface SendAskedProps {
  readonly approval: SendApproval;
  readonly busy: boolean;
  readonly error: LetterboxError | undefined;
  readonly onDecide: (decision: Decision) => void;
}

/** An app wants to write to someone whom the person doesn't know yet. All of it is shown before it goes. */
export function SendAsked({ approval, busy, error, onDecide }: SendAskedProps) {
  return (
    <>
      <main class="approve-body">
        <Headline approval={approval} ask="Send this for" end="?" />
        <dl class="facts">
          <dt>From</dt>
          <dd>
            {approval.as === undefined ? (
              <ShortAddress address={approval.inbox} />
            ) : (
              <Name name={approval.as} proven={false} />
            )}
          </dd>
          <dt>To</dt>
          <dd>
            {approval.to.includes('.') ? (
              <Name name={approval.to} proven={false} />
            ) : (
              <ShortAddress address={approval.to} />
            )}
            <span class="faint small">
              You haven’t written with them. The name is checked before it goes.
            </span>
          </dd>
          {approval.subject !== undefined && (
            <>
              <dt>Subject</dt>
              <dd dir="auto">{approval.subject}</dd>
            </>
          )}
        </dl>
        <div class="outgoing prose" dir="auto" role="region" aria-label="Message">
          {approval.text}
        </div>
      </main>
      <DecisionBar
        yes="Send"
        busy={busy}
        error={error}
        note="Sending makes them someone you know: their answers reach you directly."
        onYes={() => onDecide({ approve: true })}
        onNo={() => onDecide({ approve: false })}
      />
    </>
  );
}
