import { useEffect, useState } from 'preact/hooks';
import type { Progress } from '../../src/agent/owner-api.ts';
import { Progress as ProgressBar } from '../ui/progress.tsx';
import { useWorld } from '../ui/world.ts';

/** Milliseconds between two looks. */
const PAUSE = 250;

interface PassphraseProgressProps {
  /** Whether it is under way. */
  readonly busy: boolean;
  readonly doing: string;
}

/** How far it is with what is here already, where there is so much that it takes a while. */
export function PassphraseProgress({ busy, doing }: PassphraseProgressProps) {
  const progress = useProgress(busy);
  if (progress === undefined || progress.total === 0) return null;
  return <ProgressBar label={doing} part={progress.done / progress.total} />;
}

function useProgress(busy: boolean): Progress | undefined {
  const { owner } = useWorld();
  const [progress, setProgress] = useState<Progress | undefined>();
  useEffect(() => {
    if (!busy) return undefined;
    const look = async () => setProgress(await owner.passphraseProgress().catch(() => undefined)); // it is only looked at
    const timer = setInterval(() => void look(), PAUSE);
    return () => {
      clearInterval(timer);
      setProgress(undefined);
    };
  }, [busy, owner]);
  return progress;
}
