import { useCallback, useEffect, useRef, useState } from 'preact/hooks';
import { isLetterboxError, LetterboxError } from '../../src/protocol/errors.ts';
import { useWorld } from './world.ts';

export interface Live<Value> {
  /** The newest that is known; undefined until the first answer. */
  readonly value: Value | undefined;
  /** Why the last try failed. */
  readonly error: LetterboxError | undefined;
  readonly reload: () => void;
}

/**
 * What `load` gives, now and after every change. Only the newest question's answer counts.
 * @param about what the question is about: another one asks anew
 */
export function useLive<Value>(load: () => Promise<Value>, about = ''): Live<Value> {
  const { onChange } = useWorld();
  const [state, setState] = useState<{ value?: Value; error?: LetterboxError }>({});
  const asked = useRef(0);
  const latest = useRef(load);
  latest.current = load;
  const reload = useCallback(() => {
    asked.current += 1;
    const question = asked.current;
    void outcome(latest.current).then((next) => {
      if (question === asked.current) setState((before) => ({ ...(next.error && before), ...next }));
      return undefined;
    });
  }, []);
  useEffect(() => {
    reload();
    return onChange(reload);
  }, [about, reload, onChange]);
  return { value: state.value, error: state.error, reload };
}

async function outcome<Value>(
  load: () => Promise<Value>,
): Promise<{ value?: Value; error?: LetterboxError }> {
  try {
    return { value: await load() };
  } catch (error) {
    return { error: toLetterboxError(error) };
  }
}

export interface Action<Args extends unknown[]> {
  readonly busy: boolean;
  readonly error: LetterboxError | undefined;
  /** Runs it unless it runs already. @returns whether it went well. The same function in every render. */
  readonly run: (...args: Args) => Promise<boolean>;
  readonly forget: () => void;
}

/** Something that the person does and that may take a while or fail. */
export function useAction<Args extends unknown[]>(act: (...args: Args) => Promise<unknown>): Action<Args> {
  const [state, setState] = useState<{ busy: boolean; error?: LetterboxError }>({ busy: false });
  const running = useRef(false);
  const latest = useRef(act);
  latest.current = act;
  const run = useCallback(async (...args: Args) => {
    if (running.current) return false;
    running.current = true;
    setState({ busy: true });
    const { error } = await outcome(() => latest.current(...args));
    running.current = false;
    setState(error === undefined ? { busy: false } : { busy: false, error });
    return error === undefined;
  }, []);
  const forget = useCallback(() => setState({ busy: false }), []);
  return { busy: state.busy, error: state.error, run, forget };
}

/** Writes the newest value, one write after the other: what changes during a write follows it. */
export function useKeep<Value>(write: (value: Value) => Promise<void>) {
  const waiting = useRef<{ readonly value: Value } | undefined>(undefined);
  const { run, busy, error } = useAction(async () => {
    for (let next = waiting.current; next !== undefined; next = waiting.current) {
      waiting.current = undefined;
      await write(next.value);
    }
  });
  const keep = useCallback(
    (value: Value) => {
      waiting.current = { value };
      return run();
    },
    [run],
  );
  return { keep, busy, error };
}

/** Whether the browser thinks that there is a network. */
export function useOnline(): boolean {
  const [online, setOnline] = useState(navigator.onLine);
  useEffect(() => {
    const update = () => setOnline(navigator.onLine);
    addEventListener('online', update);
    addEventListener('offline', update);
    update(); // it may have changed since it was drawn
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

/** What is no error of ours is a bug: its words are for the console. */
export function toLetterboxError(error: unknown): LetterboxError {
  if (isLetterboxError(error)) return error;
  reportError(error);
  const problem = error instanceof Error ? error.message : 'unknown';
  return new LetterboxError('internal', { problem }, { cause: error });
}
