import type { LetterboxError } from '../../src/protocol/errors.ts';
import { PassphraseField } from './passphrase.tsx';
import { strengthOf, type Strength } from './strength.ts';

interface NewPassphraseProps {
  readonly label: string;
  readonly value: string;
  readonly onInput: (value: string) => void;
  readonly takesFocus?: boolean;
  readonly error?: LetterboxError | undefined;
}

const KEEP_IT = 'Nobody can reset it, so keep it somewhere safe.';
const WORDS: Readonly<Record<Strength, string>> = {
  0: 'At least 8 characters. Four or five words that have nothing to do with each other are good.',
  1: 'Weak. Whoever copies this computer’s files can guess it.',
  2: 'Fair. A few more words make it strong.',
  3: `Strong. ${KEEP_IT}`,
  4: `Very strong. ${KEEP_IT}`,
};

/** Chooses a passphrase, with a measure of how well it holds. */
export function NewPassphrase(props: NewPassphraseProps) {
  const strength = strengthOf(props.value);
  return (
    <PassphraseField
      {...props}
      isNew
      hint={
        <>
          <span class={`strength s${strength}`} aria-hidden="true">
            <span />
            <span />
            <span />
            <span />
          </span>
          <span role="status">{WORDS[strength]}</span>
        </>
      }
    />
  );
}
