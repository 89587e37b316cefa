import type { ComponentChildren } from 'preact';
import { IconButton } from '../ui/controls.tsx';
import type { Moves } from './places.ts';

interface PlaceHeaderProps {
  readonly moves: Moves;
  readonly title?: string;
  readonly children?: ComponentChildren;
}

/** The way back, and what can be done here. */
export function PlaceHeader({ moves, title, children }: PlaceHeaderProps) {
  return (
    <header class="popup-header lined">
      <IconButton label="Back" icon="back" onClick={moves.back} />
      {title !== undefined && <h1>{title}</h1>}
      <span class="push" />
      {children}
    </header>
  );
}
