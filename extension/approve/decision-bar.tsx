import type { LetterboxError } from '../../src/protocol/errors.ts';
import { Button } from '../ui/controls.tsx';
import { Fault } from '../ui/notices.tsx';
import { useArmed } from './armed.ts';

interface DecisionBarProps {
  /** The word for yes; absent where there is nothing to agree to. */
  readonly yes?: string;
  readonly busy: boolean;
  readonly error: LetterboxError | undefined;
  readonly note: string;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** Two equal buttons. What went wrong after agreeing stands above them, and they stay. */
export function DecisionBar({ yes, busy, error, note, onYes, onNo }: DecisionBarProps) {
  const armed = useArmed();
  return (
    <footer class="decision">
      <Fault error={error} />
      <div class="decision-buttons">
        <Button size="large" disabled={busy} onClick={onNo}>
          Decline
        </Button>
        {yes !== undefined && (
          <Button kind="primary" size="large" busy={busy} inert={!armed} onClick={onYes}>
            {yes}
          </Button>
        )}
      </div>
      <p class="faint small">{note}</p>
    </footer>
  );
}
