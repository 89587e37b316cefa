import type { ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { toLetterboxError } from '../ui/hooks.ts';
import { Fault } from '../ui/notices.tsx';
import type { LetterboxError } from '../../src/protocol/errors.ts';

/** The section about the person's data, loaded when it is opened: hardly ever, and it brings the format of files along. */
export function DataLater() {
  const [loaded, setLoaded] = useState<{ readonly Section?: ComponentType; readonly error?: LetterboxError }>(
    {},
  );
  useEffect(() => {
    void import('./data.tsx').then(
      ({ Data }) => setLoaded({ Section: Data }),
      (error: unknown) => setLoaded({ error: toLetterboxError(error) }),
    );
  }, []);
  const { Section, error } = loaded;
  return Section === undefined ? <Fault error={error} /> : <Section />;
}
