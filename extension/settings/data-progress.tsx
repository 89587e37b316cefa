import { useEffect, useState } from 'preact/hooks';
import { Progress, type ProgressProps } from '../ui/progress.tsx';

/** Milliseconds after which something takes so long that the person wants to see how far it is. */
const LONG = 2000;

/** How far something is that takes long, while it goes on. */
export function DataProgress({ busy, ...progress }: ProgressProps & { readonly busy: boolean }) {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    setLong(false);
    if (!busy) return undefined;
    const timer = setTimeout(() => setLong(true), LONG);
    return () => clearTimeout(timer);
  }, [busy]);
  return busy && isLong ? <Progress {...progress} /> : null;
}
