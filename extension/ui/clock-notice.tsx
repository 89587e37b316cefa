import { Banner } from './notices.tsx';
import { clockWords } from './words.ts';

/** Less is within what everybody allows for. */
const WORTH_TELLING_SECONDS = 120;

/** @param offset seconds by which this computer's clock is behind; negative: ahead */
export function ClockNotice({ offset }: { readonly offset: number }) {
  if (Math.abs(offset) < WORTH_TELLING_SECONDS) return null;
  return (
    <Banner icon="clock" what={clockWords(offset)}>
      {offset > 0
        ? 'Set it right. Until then what people signed just now can’t be checked, and times shown here are wrong.'
        : 'Set it right. Until then what you publish may have to wait, and times shown here are wrong.'}
    </Banner>
  );
}
