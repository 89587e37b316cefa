import { createContext, type ComponentChildren } from 'preact';
import { useContext, useEffect, useMemo, useRef, useState } from 'preact/hooks';

/** The row that Tab leads to. */
const Current = createContext<{ readonly index: number; readonly set: (index: number) => void }>({
  index: 0,
  set: () => undefined,
});

interface GridProps {
  readonly label: string;
  readonly rows: number;
  /** The row that gets the focus when the grid appears: where one comes back to. */
  readonly start?: number | undefined;
  readonly children: ComponentChildren;
}

const PAGE = 6;

/**
 * A list that is one tab stop: arrows, Home, End and Page keys move between its rows, Enter opens one. Its rows are the
 * elements with role `row` in it, whatever groups they stand in.
 */
export function Grid({ label, rows, start, children }: GridProps) {
  const grid = useRef<HTMLDivElement>(null);
  const first = useRef(start);
  const [current, setCurrent] = useState(start ?? 0);
  const move = (event: KeyboardEvent) => {
    const all = [...(grid.current?.querySelectorAll<HTMLElement>('[role=row]') ?? [])];
    const target =
      event.target instanceof HTMLElement ? event.target.closest<HTMLElement>('[role=row]') : null;
    const at = target === null ? -1 : all.indexOf(target);
    const next = at === -1 ? undefined : destination(event.key, at, all.length);
    if (next === undefined) return;
    event.preventDefault();
    setCurrent(next);
    all[next]?.focus();
  };
  useEffect(() => {
    const at = first.current;
    if (at !== undefined) grid.current?.querySelectorAll<HTMLElement>('[role=row]')[at]?.focus();
  }, []);
  const index = Math.min(current, Math.max(0, rows - 1));
  const focus = useMemo(() => ({ index, set: setCurrent }), [index]);
  return (
    <Current.Provider value={focus}>
      <div ref={grid} role="grid" aria-label={label} aria-rowcount={rows} tabIndex={-1} onKeyDown={move}>
        {children}
      </div>
    </Current.Provider>
  );
}

interface RowProps {
  /** Place in the whole grid, from 0. */
  readonly index: number;
  /** The row's spoken name. */
  readonly label: string;
  readonly kind?: string;
  readonly onOpen: () => void;
  readonly children: ComponentChildren;
}

export function GridRow({ index, label, kind = '', onOpen, children }: RowProps) {
  const current = useContext(Current);
  return (
    <div
      role="row"
      class={`row ${kind}`}
      aria-rowindex={index + 1}
      aria-label={label}
      tabIndex={index === current.index ? 0 : -1}
      onFocus={() => current.set(index)}
      onClick={onOpen}
      onKeyDown={(event) => {
        if (event.target !== event.currentTarget || (event.key !== 'Enter' && event.key !== ' ')) return;
        event.preventDefault();
        onOpen();
      }}
    >
      <div role="gridcell" class="row-cell">
        {children}
      </div>
    </div>
  );
}

function destination(key: string, at: number, length: number): number | undefined {
  const to: Record<string, number> = {
    ArrowDown: at + 1,
    ArrowUp: at - 1,
    PageDown: at + PAGE,
    PageUp: at - PAGE,
    Home: 0,
    End: length - 1,
  };
  const wanted = to[key];
  return wanted === undefined ? undefined : Math.min(Math.max(wanted, 0), length - 1);
}
