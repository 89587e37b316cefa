import type { TargetedInputEvent } from 'preact';
import { useId, useState } from 'preact/hooks';
import { IconButton } from '../ui/controls.tsx';
import { Icon } from '../ui/icons.tsx';

interface SecretKeyFieldProps {
  readonly value: string;
  readonly fault: string | undefined;
  readonly onInput: (words: string) => void;
}

/**
 * A field for the words. No password field: the browser would offer to keep what is typed there, and no spelling check
 * either, for that may send it away.
 */
export function SecretKeyField({ value, fault, onInput }: SecretKeyFieldProps) {
  const id = useId();
  const [isShown, setShown] = useState(false);
  return (
    <div class="field">
      <label for={id}>{'Secret Key'}</label>
      <span class="secret-words">
        <textarea
          id={id}
          class={`input ${isShown ? '' : 'veiled'}`}
          rows={3}
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          value={value}
          aria-invalid={fault !== undefined}
          aria-describedby={`${id}-hint ${id}-fault`}
          onInput={(event: TargetedInputEvent<HTMLTextAreaElement>) => onInput(event.currentTarget.value)}
        />
        <IconButton
          label={isShown ? 'Hide: Secret Key' : 'Show: Secret Key'}
          icon={isShown ? 'hidden' : 'shown'}
          onClick={() => setShown(!isShown)}
        />
      </span>
      <p id={`${id}-hint`} class="hint">
        12 or 24 words, in their order.
      </p>
      <p id={`${id}-fault`} class="fault" role="alert">
        {fault !== undefined && <Icon name="alert" small />}
        {fault !== undefined && <span>{fault}</span>}
      </p>
    </div>
  );
}
