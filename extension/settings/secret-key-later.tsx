import type { ComponentType } from 'preact';
import { useState } from 'preact/hooks';
import type { ConnectedApp } from '../../src/agent/owner-api.ts';
import { Button } from '../ui/controls.tsx';
import { useAction } from '../ui/hooks.ts';
import { Fault } from '../ui/notices.tsx';

type SecretKeyCard = ComponentType<{ readonly apps: readonly ConnectedApp[]; readonly onDone: () => void }>;

/** The way for people who have a Secret Key and no wallet. What it takes is large, and loaded once they choose it. */
export function SecretKeyLater({ apps }: { readonly apps: readonly ConnectedApp[] }) {
  const [Card, setCard] = useState<SecretKeyCard | undefined>();
  const load = useAction(async () => {
    const { SecretKey } = await import('./secret-key.tsx');
    setCard(() => SecretKey);
  });
  if (Card !== undefined) return <Card apps={apps} onDone={() => setCard(undefined)} />;
  return (
    <section class="card" aria-label="Connect with a Secret Key">
      <div class="card-row top">
        <div class="grow">
          <p class="row-title">Connect with a Secret Key</p>
          <p class="faint small">
            For those who have the 12 or 24 words of their wallet, and not the wallet.
          </p>
        </div>
        <Button size="small" busy={load.busy} onClick={() => void load.run()}>
          Use a Secret Key
        </Button>
      </div>
      <Fault error={load.error} />
    </section>
  );
}
