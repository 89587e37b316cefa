import { useEffect, useState } from 'preact/hooks';
import type { Progress as VaultState } from '../../src/agent/owner-api.ts';
import { Progress } from './progress.tsx';
import { useWorld } from './world.ts';

/** Milliseconds between two looks. */
const PAUSE = 250;

/** How far what is here is with being encrypted, or with the way back: whoever asks for any of it waits meanwhile. */
export function VaultProgress() {
  const { owner } = useWorld();
  const [progress, setProgress] = useState<VaultState | undefined>();
  useEffect(() => {
    const look = async () => setProgress(await owner.passphraseProgress().catch(() => undefined)); // it is only looked at
    const timer = setInterval(() => void look(), PAUSE);
    return () => clearInterval(timer);
  }, [owner]);
  if (progress === undefined || progress.total === 0) return null;
  const { to, done, total } = progress;
  return (
    <Progress label={`${to === 'sealed' ? 'Encrypting' : 'Decrypting'} your messages`} part={done / total} />
  );
}
