import type { ConnectedApp, SenderKey } from '../../src/agent/owner-api.ts';
import { Button } from '../ui/controls.tsx';
import { shortAddress } from '../ui/format.ts';
import { useAction, useLive } from '../ui/hooks.ts';
import { Fault } from '../ui/notices.tsx';
import { appTitle, Avatar, ShortAddress } from '../ui/people.tsx';
import { useWorld } from '../ui/world.ts';
import { SectionHead } from './section-head.tsx';

export function Blocked({ apps }: { readonly apps: readonly ConnectedApp[] }) {
  const { owner } = useWorld();
  const blocked = useLive(() => owner.blocked());
  return (
    <>
      <SectionHead title="Blocked people">
        Nothing of theirs is taken in. Your servers turn it away and don’t tell them why.
      </SectionHead>
      <Fault error={blocked.error} />
      {blocked.value?.length === 0 && <p class="card card-words soft">You have blocked nobody.</p>}
      {blocked.value !== undefined && blocked.value.length > 0 && (
        <ul class="card" aria-label="Blocked people">
          {blocked.value.map((sender) => (
            <BlockedRow key={`${sender.inbox}/${sender.from}`} sender={sender} apps={apps} />
          ))}
        </ul>
      )}
    </>
  );
}

function BlockedRow({
  sender,
  apps,
}: {
  readonly sender: SenderKey;
  readonly apps: readonly ConnectedApp[];
}) {
  const { owner } = useWorld();
  const unblock = useAction(() => owner.unblock(sender));
  const app = apps.find(({ inbox }) => inbox === sender.inbox);
  return (
    <li class="card-row">
      <Avatar address={sender.from} app={app} />
      <div class="grow">
        <ShortAddress address={sender.from} />
        <p class="faint small">
          in {app === undefined ? shortAddress(sender.inbox) : appTitle(app.app, apps)}
        </p>
        <Fault error={unblock.error} />
      </div>
      <Button size="small" busy={unblock.busy} onClick={() => void unblock.run()}>
        Unblock
      </Button>
    </li>
  );
}
