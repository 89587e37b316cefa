import { useEffect, useState } from 'preact/hooks';
import { percent } from './format.ts';

/** Milliseconds after which something takes so long that the person wants to see how far it is. */
const LONG = 500;

interface ProgressProps {
  /** What is under way. */
  readonly label: string;
  /** From 0 to 1; absent where nobody knows how much there is. */
  readonly part?: number;
  /** How far it is, in words; in hundredths where absent. */
  readonly words?: string;
}

/** How far something is that goes on for as long as this is there; shows once it takes a while. */
export function Progress({ label, part, words = percent(part ?? 0) }: ProgressProps) {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), LONG);
    return () => clearTimeout(timer);
  }, []);
  if (!isLong) return null;
  return (
    <div class="progress soft">
      <span>
        {label}: {words}
      </span>
      <progress aria-label={label} aria-valuetext={words} {...(part === undefined ? {} : { value: part })} />
    </div>
  );
}
