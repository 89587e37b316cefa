import { count } from './format.ts';
import { Banner } from './notices.tsx';

/** Less is within what everybody allows for. */
const WORTH_TELLING_SECONDS = 120;

/** @param offset seconds by which this computer's clock is behind; negative: ahead */
export function ClockNotice({ offset }: { readonly offset: number }) {
  const off = Math.abs(offset);
  if (off < WORTH_TELLING_SECONDS) return null;
  return (
    <Banner
      icon="clock"
      what={`This computer’s clock is about ${spanWords(off)} ${offset > 0 ? 'behind' : 'ahead'}`}
    >
      {offset > 0
        ? 'Set it right. Until then what people signed just now can’t be checked, and times shown here are wrong.'
        : 'Set it right. Until then servers may not take what you publish, and times shown here are wrong.'}
    </Banner>
  );
}

function spanWords(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 50) return count(minutes, 'minute', 'minutes');
  const hours = Math.round(minutes / 60);
  return hours < 36 ? count(hours, 'hour', 'hours') : count(Math.round(hours / 24), 'day', 'days');
}
