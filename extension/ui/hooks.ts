import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { LetterboxError } from '../../src/protocol/errors.ts';
import { useWorld } from './world.ts';

export interface Live<Value> {
  /** The newest that is known; undefined until the first answer. */
  readonly value: Value | undefined;
  /** Why the last try failed. */
  readonly error: LetterboxError | undefined;
  readonly reload: () => void;
}

/** What `load` gives, now and after every change. Only the newest question's answer counts. */
export function useLive<Value>(load: () => Promise<Value>, inputs: readonly unknown[]): Live<Value> {
  const { onChange } = useWorld();
  const [state, setState] = useState<{ value?: Value; error?: LetterboxError }>({});
  const asked = useRef(0);
  const reload = useCallback(() => {
    const question = ++asked.current;
    const answer = (next: (before: { value?: Value }) => { value?: Value; error?: LetterboxError }) => {
      if (question === asked.current) setState(next);
    };
    load().then(
      (value) => answer(() => ({ value })),
      (error: unknown) => answer((before) => ({ ...before, error: toLetterboxError(error) })),
    );
  }, inputs);
  useEffect(() => {
    reload();
    const stop = onChange(reload);
    return () => {
      asked.current++;
      stop();
    };
  }, [reload, onChange]);
  return { value: state.value, error: state.error, reload };
}

export interface Action<Args extends unknown[]> {
  readonly busy: boolean;
  readonly error: LetterboxError | undefined;
  /** Runs it unless it runs already. @returns whether it went well. */
  readonly run: (...args: Args) => Promise<boolean>;
  readonly forget: () => void;
}

/** Something that the person does and that may take a while or fail. */
export function useAction<Args extends unknown[]>(act: (...args: Args) => Promise<unknown>): Action<Args> {
  const [state, setState] = useState<{ busy: boolean; error?: LetterboxError }>({ busy: false });
  const running = useRef(false);
  const run = async (...args: Args) => {
    if (running.current) return false;
    running.current = true;
    setState({ busy: true });
    try {
      await act(...args);
      setState({ busy: false });
      return true;
    } catch (error) {
      setState({ busy: false, error: toLetterboxError(error) });
      return false;
    } finally {
      running.current = false;
    }
  };
  return { busy: state.busy, error: state.error, run, forget: () => setState({ busy: false }) };
}

/** Whether the browser thinks that there is a network. */
export function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = () => setOnline(navigator.onLine);
    addEventListener('online', update);
    addEventListener('offline', update);
    return () => {
      removeEventListener('online', update);
      removeEventListener('offline', update);
    };
  }, []);
  return online;
}

/** The time of day, anew each minute. Unix seconds. */
export function useNow(): number {
  const { now } = useWorld();
  const [time, setTime] = useState(now);
  useEffect(() => {
    const timer = setInterval(() => setTime(now()), 60_000);
    return () => clearInterval(timer);
  }, [now]);
  return time;
}

export function toLetterboxError(error: unknown): LetterboxError {
  if (error instanceof LetterboxError) return error;
  const problem = error instanceof Error ? error.message : 'unknown';
  return new LetterboxError('internal', { problem }, { cause: error });
}
