import { useRef, useState } from 'preact/hooks';
import type { Settings, SettingsChange } from '../../src/agent/owner-api.ts';
import { useKeep, useLive } from '../ui/hooks.ts';
import { Banner, Fault } from '../ui/notices.tsx';
import { tidyServer } from '../ui/server-address.ts';
import { useWorld } from '../ui/world.ts';
import { Everywhere } from './everywhere.tsx';
import { PlaceField } from './place-field.tsx';
import { Registries } from './registries.tsx';
import { SectionHead } from './section-head.tsx';
import { SwitchRow } from './switch-row.tsx';

export function General() {
  const { owner } = useWorld();
  const settings = useLive(() => owner.settings());
  return (
    <>
      <SectionHead title="General">What you change here counts at once.</SectionHead>
      <Fault error={settings.error} />
      {settings.value !== undefined && <GeneralForm saved={settings.value} />}
    </>
  );
}

function GeneralForm({ saved }: { readonly saved: Settings }) {
  const { owner } = useWorld();
  const save = useSave((change) => owner.saveSettings(change));
  return (
    <>
      <section class="card">
        <div class="card-form">
          <PlaceField
            label="Default message server"
            hint="Offered when you connect an app. People leave mail for you there; it sees who writes and when, never what."
            saved={saved.defaultServer}
            tidy={tidyServer}
            onSave={(defaultServer) => void save.change({ defaultServer })}
          />
        </div>
      </section>
      <Registries saved={saved.registries} onSave={(registries) => save.change({ registries })} />
      <section class="card">
        <SwitchRow
          label="Receipts"
          detail="Tells people whose mail you accept that it arrived. Never whether you read it."
          checked={saved.receipts}
          onChange={(receipts) => void save.change({ receipts })}
        />
      </section>
      <Everywhere />
      <section class={`card ${saved.development ? 'alarmed' : ''}`}>
        <SwitchRow
          label="Development"
          detail="For people who build apps and servers. Lets Letterbox use http without protection on this computer."
          checked={saved.development}
          onChange={(development) => void save.change({ development })}
        />
        {saved.development && (
          <div class="card-words">
            <Banner
              kind="danger"
              icon="warning"
              what="Programs on this computer can read and redirect your mail"
            >
              Storage, servers and registries at localhost and 127.0.0.1 are trusted over plain http. Leave
              this on only while you develop, and only with accounts made for it.
            </Banner>
          </div>
        )}
      </section>
      <Fault error={save.error} />
      <p class="saved faint" role="status">
        {save.state}
      </p>
    </>
  );
}

/** Saves one change after the other; those that come while one is being saved go together. */
function useSave(write: (change: SettingsChange) => Promise<void>) {
  const waiting = useRef<SettingsChange>({});
  const [done, setDone] = useState(false);
  const { keep, busy, error } = useKeep(() => {
    const change = waiting.current;
    waiting.current = {};
    return write(change);
  });
  const change = async (more: SettingsChange) => {
    const before = waiting.current;
    const registries = more.registries && { ...before.registries, ...more.registries };
    waiting.current = { ...before, ...more, ...(registries && { registries }) };
    setDone(await keep(undefined));
  };
  return { change, error, state: busy ? 'Saving…' : done ? 'Saved.' : '' };
}
