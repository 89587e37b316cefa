import { useEffect, useState } from 'preact/hooks';

/** Milliseconds after which something takes so long that the person wants to see how far it is. */
const LONG = 2000;

interface DataProgressProps {
  readonly busy: boolean;
  /** What is under way. */
  readonly label: string;
  /** From 0 to 1; absent where nobody knows how much there is. */
  readonly part?: number;
  /** How far it is, in words. */
  readonly words: string;
}

/** How far something is that takes long, while it goes on. */
export function DataProgress({ busy, label, part, words }: DataProgressProps) {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (!busy) return undefined;
    const timer = setTimeout(() => setLong(true), LONG);
    return () => clearTimeout(timer);
  }, [busy]);
  if (!busy || !isLong) return null;
  return (
    <div class="data-progress">
      <progress aria-label={label} aria-valuetext={words} {...(part === undefined ? {} : { value: part })} />
      <span class="soft small">{words}</span>
    </div>
  );
}
