import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';

interface HeadingProps {
  readonly children: ComponentChildren;
  readonly class?: string;
  readonly dir?: 'auto' | undefined;
  /** Takes the focus when it appears, so that what replaced the view is read from its beginning. */
  readonly takesFocus?: boolean;
}

export function Heading({ children, class: classes, dir, takesFocus = true }: HeadingProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (takesFocus) heading.current?.focus();
  }, [takesFocus]);
  return (
    <h1 ref={heading} tabIndex={-1} class={classes} dir={dir}>
      {children}
    </h1>
  );
}
