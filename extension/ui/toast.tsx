import { useCallback, useEffect, useRef, useState } from 'preact/hooks';

const STAYS_MS = 10_000;

interface ToastProps {
  readonly text: string;
  readonly undo?: (() => void) | undefined;
  readonly onGone: () => void;
}

/** Stays ten seconds, and as long as it is pointed at or focused. `z` takes back. */
export function Toast({ text, undo, onGone }: ToastProps) {
  const toast = useRef<HTMLDivElement>(null);
  const held = useHeld(toast);
  useEffect(() => {
    if (held) return undefined;
    const timer = setTimeout(onGone, STAYS_MS);
    return () => clearTimeout(timer);
  }, [held, text, onGone]);
  /** From the moment in which it is offered: an effect would come after it can be seen, and miss the first key. */
  const listen = useCallback(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'z' && !isWriting(event) && !event.ctrlKey && !event.metaKey && !event.altKey)
        undo?.();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [undo]);
  return (
    <div ref={toast} class="toast" role="status">
      <span>{text}</span>
      {undo !== undefined && (
        <button ref={listen} type="button" class="link" onClick={undo}>
          Undo<kbd aria-hidden="true">z</kbd>
        </button>
      )}
    </div>
  );
}

function useHeld(place: { readonly current: HTMLElement | null }): boolean {
  const [held, setHeld] = useState(false);
  useEffect(() => {
    const element = place.current;
    const hold = () => setHeld(true);
    const release = () => setHeld(false);
    const reactions = { mouseenter: hold, focusin: hold, mouseleave: release, focusout: release };
    for (const [type, react] of Object.entries(reactions)) element?.addEventListener(type, react);
    return () => {
      for (const [type, react] of Object.entries(reactions)) element?.removeEventListener(type, react);
    };
  }, [place]);
  return held;
}

function isWriting({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
}
