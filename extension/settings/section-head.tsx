import type { ComponentChildren } from 'preact';

interface SectionHeadProps {
  readonly title: string;
  readonly children: ComponentChildren;
  readonly action?: ComponentChildren;
}

export function SectionHead({ title, children, action }: SectionHeadProps) {
  return (
    <header class="section-head">
      <div>
        <h1>{title}</h1>
        <p class="soft">{children}</p>
      </div>
      {action}
    </header>
  );
}
