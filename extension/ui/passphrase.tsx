import type { ComponentChildren, TargetedInputEvent } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { isLetterboxError, type LetterboxError } from '../../src/protocol/errors.ts';
import { IconButton } from './controls.tsx';
import { Icon } from './icons.tsx';
import { asWire } from './notices.tsx';
import { sentenceFor } from './words.ts';

interface PassphraseFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  /** A new one is shown as it is typed, for nobody can reset it. */
  readonly isNew?: boolean;
  readonly takesFocus?: boolean;
  readonly hint?: ComponentChildren;
  readonly error?: LetterboxError | undefined;
}

/** Browsers write what stands in a text field to the disk, to have it there after a restart, unless it is off like this. */
const SHOWN = { type: 'text', autocomplete: 'off' } as const;
const HIDDEN = { type: 'password' } as const;

/** A field for a passphrase, which can be shown and hidden. */
export function PassphraseField(props: PassphraseFieldProps) {
  const { label, value, onInput, isNew = false, takesFocus = false, hint, error } = props;
  const id = useId();
  const [isShown, setShown] = useState(isNew);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (takesFocus) input.current?.focus();
  }, [takesFocus]);
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <span class="passphrase">
        <input
          autocomplete={isNew ? 'new-password' : 'current-password'}
          {...(isShown ? SHOWN : HIDDEN)}
          ref={input}
          id={id}
          class="input"
          autocapitalize="off"
          spellcheck={false}
          value={value}
          aria-invalid={error !== undefined}
          aria-describedby={`${id}-hint ${id}-fault`}
          onInput={(event: TargetedInputEvent<HTMLInputElement>) => onInput(event.currentTarget.value)}
        />
        <IconButton
          label={isShown ? `Hide: ${label}` : `Show: ${label}`}
          icon={isShown ? 'hidden' : 'shown'}
          onClick={() => setShown(!isShown)}
        />
      </span>
      <div id={`${id}-hint`} class="hint" hidden={hint === undefined}>
        {hint}
      </div>
      <PassphraseFault id={`${id}-fault`} error={error} />
    </div>
  );
}

/** The seconds that are left are for eyes; read out it is once, as it was when it happened. */
function PassphraseFault({ id, error }: { readonly id: string; readonly error: LetterboxError | undefined }) {
  const left = useWait(error);
  return (
    <p id={id} class="fault" role="alert">
      {error !== undefined && (
        <>
          <Icon name="alert" small />
          <span class="unseen">{sentenceFor(asWire(error))}</span>
          <span aria-hidden="true">{sentenceFor(withAfter(error, left))}</span>
        </>
      )}
    </p>
  );
}

function withAfter(error: LetterboxError, after: number) {
  const { code, context } = asWire(error);
  return 'after' in context ? { code, context: { ...context, after } } : { code, context };
}

/** Seconds until a passphrase may be tried again, counted down. */
export function useWait(error: LetterboxError | undefined): number {
  const after = isLetterboxError(error, 'passphrase-wrong', 'passphrase-wait') ? error.context.after : 0;
  const [passed, setPassed] = useState<{ readonly error: typeof error; readonly left: number }>();
  useEffect(() => {
    const end = Date.now() + after * 1000;
    const timer = setInterval(() => {
      const left = Math.max(0, Math.ceil((end - Date.now()) / 1000));
      setPassed({ error, left });
      if (left === 0) clearInterval(timer);
    }, 250);
    return () => clearInterval(timer);
  }, [error, after]);
  return passed !== undefined && passed.error === error ? passed.left : after; // a new one counts in its first moment
}
