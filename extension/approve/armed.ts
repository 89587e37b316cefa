import { useEffect, useState } from 'preact/hooks';

const ARM_MS = 600;

/**
 * Whether agreeing is possible yet: not for the first 600 ms after the window got the focus or the question appeared,
 * so that a click or key meant for the page behind agrees to nothing.
 */
export function useArmed(): boolean {
  const [armed, setArmed] = useState(false);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const arm = () => {
      setArmed(false);
      clearTimeout(timer);
      timer = setTimeout(() => setArmed(true), ARM_MS);
    };
    arm();
    addEventListener('focus', arm);
    document.addEventListener('visibilitychange', arm);
    return () => {
      clearTimeout(timer);
      removeEventListener('focus', arm);
      document.removeEventListener('visibilitychange', arm);
    };
  }, []);
  return armed;
}
