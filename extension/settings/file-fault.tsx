import { isLetterboxError, type ErrorContexts, type LetterboxError } from '../../src/protocol/errors.ts';
import { Icon } from '../ui/icons.tsx';
import { Fault } from '../ui/notices.tsx';
import type { Words } from '../ui/words.ts';

const NOTHING_CHANGED = 'Nothing was changed.';
const REFUSALS: Readonly<Record<ErrorContexts['file-refused']['problem'], Words>> = {
  'not-ours': {
    what: 'This isn’t a file that Letterbox exported.',
    todo: `${NOTHING_CHANGED} Choose another file.`,
  },
  version: {
    what: 'This file is from another version of Letterbox.',
    todo: `${NOTHING_CHANGED} Update Letterbox, then try again.`,
  },
  rounds: {
    what: 'This file’s passphrase is guarded too weakly or too strongly for an export of Letterbox.',
    todo: `${NOTHING_CHANGED} Don’t use this file: it isn’t as Letterbox writes them.`,
  },
  size: {
    what: 'This file holds more than Letterbox takes.',
    todo: `${NOTHING_CHANGED} Don’t use this file: it isn’t as Letterbox writes them.`,
  },
  closed: {
    what: 'This passphrase doesn’t open the file, or the file was changed or cut short.',
    todo: `${NOTHING_CHANGED} Type the passphrase again, or use another copy of the file.`,
  },
  changed: {
    what: 'This file was changed or cut short.',
    todo: `${NOTHING_CHANGED} Use another copy of it.`,
  },
  content: {
    what: 'What is in this file can’t be read.',
    todo: `${NOTHING_CHANGED} Export it anew where it came from.`,
  },
  unreadable: { what: 'The file changed or can’t be read any more.', todo: 'Choose it again.' },
};

/** Whether the file has to be chosen again. */
export function isUnreadable(error: unknown): boolean {
  return isLetterboxError(error, 'file-refused') && error.context.problem === 'unreadable';
}

/** Why a file was not taken, or what else went wrong with it. */
export function FileFault({ error }: { readonly error: LetterboxError | undefined }) {
  if (!isLetterboxError(error, 'file-refused')) return <Fault error={error} />;
  const { what, todo } = REFUSALS[error.context.problem];
  return (
    <div role="alert">
      <p class="fault">
        <Icon name="alert" small />
        <span>
          {what} {todo}
        </span>
      </p>
    </div>
  );
}
