import type { ComponentChildren } from 'preact';
import { IconButton } from '../ui/controls.tsx';
import { Heading } from '../ui/heading.tsx';
import type { Moves } from './places.ts';

interface PlaceHeaderProps {
  readonly moves: Moves;
  readonly title?: string;
  /** Whether the title takes the focus; a row may have it instead. */
  readonly focused?: boolean;
  readonly children?: ComponentChildren;
}

/** The way back, and what can be done here. */
export function PlaceHeader({ moves, title, focused = true, children }: PlaceHeaderProps) {
  return (
    <header class="popup-header lined">
      <IconButton label="Back" icon="back" onClick={moves.back} />
      {title !== undefined && <Heading takesFocus={focused}>{title}</Heading>}
      <span class="push" />
      {children}
    </header>
  );
}
