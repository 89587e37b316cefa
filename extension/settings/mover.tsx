import { useRef } from 'preact/hooks';
import { IconButton } from '../ui/controls.tsx';

interface MoverProps {
  /** What is moved, as the person sees it. */
  readonly name: string;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onMove: (by: 1 | -1) => Promise<unknown>;
}

/** Moves one row of a list whose order counts; the rows are keyed by what they show. */
export function Mover({ name, isFirst, isLast, onMove }: MoverProps) {
  const up = useRef<HTMLButtonElement>(null);
  const down = useRef<HTMLButtonElement>(null);
  /** The row moves, the focus stays with what was pressed, or with its opposite at the end of the list. */
  const move = async (by: 1 | -1) => {
    await onMove(by);
    requestAnimationFrame(() => {
      const [pressed, opposite] = by === -1 ? [up.current, down.current] : [down.current, up.current];
      (pressed?.disabled ? opposite : pressed)?.focus();
    });
  };
  return (
    <>
      <IconButton
        label={`Move ${name} up`}
        icon="moveUp"
        disabled={isFirst}
        buttonRef={up}
        onClick={() => void move(-1)}
      />
      <IconButton
        label={`Move ${name} down`}
        icon="moveDown"
        disabled={isLast}
        buttonRef={down}
        onClick={() => void move(1)}
      />
    </>
  );
}

/** A list in which one row has gone up or down. */
export function moved<Row>(rows: readonly Row[], from: number, by: 1 | -1): Row[] {
  const next = [...rows];
  next.splice(from + by, 0, ...next.splice(from, 1));
  return next;
}
