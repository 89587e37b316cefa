import type { ComponentChildren } from 'preact';
import type { ConnectedApp } from '../../src/agent/owner-api.ts';
import { AppIcon, appTitle } from '../ui/people.tsx';

interface CardHeadProps {
  readonly app: ConnectedApp;
  readonly apps: readonly ConnectedApp[];
  readonly detail: ComponentChildren;
  readonly action?: ComponentChildren;
}

/** An app's icon, name and a line about it, at the top of its card. */
export function CardHead({ app, apps, detail, action }: CardHeadProps) {
  return (
    <header class="card-head">
      <AppIcon app={app} size="large" />
      <div class="grow">
        <h2>{appTitle(app.app, apps)}</h2>
        <p class="faint small">{detail}</p>
      </div>
      {action}
    </header>
  );
}
