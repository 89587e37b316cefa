import { useState } from 'preact/hooks';
import type { AutoLock, VaultView } from '../../src/agent/owner-api.ts';
import { Button, Select } from '../ui/controls.tsx';
import { DamageNotice } from '../ui/damage-notice.tsx';
import { useAction } from '../ui/hooks.ts';
import { Fault } from '../ui/notices.tsx';
import { PassphraseField, useWait } from '../ui/passphrase.tsx';
import { useWorld } from '../ui/world.ts';
import { NewPassphrase } from '../ui/new-passphrase.tsx';
import { VaultProgress } from '../ui/vault-progress.tsx';
import { SectionHead } from './section-head.tsx';
import { strengthOf } from '../ui/strength.ts';

const CHOICES: readonly { readonly value: AutoLock; readonly text: string }[] = [
  { value: 5, text: 'After 5 minutes without use' },
  { value: 15, text: 'After 15 minutes without use' },
  { value: 60, text: 'After an hour without use' },
  { value: 'screen', text: 'When the screen locks' },
  { value: 'never', text: 'Never, until the browser closes' },
];

/** Firefox tells no extension that the screen is locked: there that choice would never lock. */
const KNOWS_SCREEN = location.protocol !== 'moz-extension:';
const OFFERED = CHOICES.filter(({ value }) => KNOWS_SCREEN || value !== 'screen');

/** The passphrase around keys and messages, and when it is asked for. */
export function Lock({ vault }: { readonly vault: VaultView }) {
  return (
    <>
      <SectionHead title="Lock and keys">
        How Letterbox guards your messages on this computer, and the keys that open them.
      </SectionHead>
      <DamageNotice rows={vault.damaged} />
      {vault.state === 'none' ? (
        <SetPassphrase />
      ) : (
        <>
          <Locking vault={vault} />
          <ChangePassphrase />
          <RemovePassphrase />
        </>
      )}
      <section class="card card-words soft">
        <h2>What the passphrase does</h2>
        <p>
          It encrypts your apps’ keys, your names, your messages, the people you know and what you have not
          sent yet, on this computer. Locked, Letterbox shows nothing, lets no app read or send, and fetches
          nothing: it only asks your servers how much waits.
        </p>
        <p>
          Whoever copies the browser’s files can still see which apps and servers you use, under which
          addresses, and how many messages there are, when they came and about how long they are. What was
          here before the passphrase was set can stand in what the browser deletes for a while longer.
        </p>
      </section>
    </>
  );
}

function SetPassphrase() {
  const { owner } = useWorld();
  const [typed, setTyped] = useState('');
  const set = useAction(() => owner.setPassphrase(typed));
  return (
    <section class="card">
      <div class="card-words">
        <p class="row-title">There is no passphrase</p>
        <p class="soft">
          Keys last only until the browser closes. Then each app has to hand them over again. Messages stay
          here unencrypted. With a passphrase both stay here, encrypted, and you type it when the browser
          starts. Encrypting what is here already takes a moment.
        </p>
      </div>
      <form
        class="card-form"
        onSubmit={(event) => {
          event.preventDefault();
          void set.run();
        }}
      >
        <NewPassphrase label="Passphrase" value={typed} onInput={setTyped} error={set.error} />
        <div>
          <Button kind="primary" type="submit" busy={set.busy} disabled={strengthOf(typed) === 0}>
            Set passphrase
          </Button>
        </div>
        {set.busy && <VaultProgress />}
      </form>
    </section>
  );
}

function Locking({ vault }: { readonly vault: VaultView }) {
  const { owner } = useWorld();
  const lock = useAction(() => owner.lock());
  const save = useAction((autoLock: AutoLock) => owner.saveSettings({ autoLock }));
  return (
    <section class="card">
      <div class="card-row">
        <div class="grow">
          <p class="row-title">Locks by itself</p>
          {KNOWS_SCREEN && <p class="faint small">With a time, it also locks with the screen.</p>}
        </div>
        <Select
          label="Locks by itself"
          value={String(vault.autoLock)}
          options={OFFERED.map(({ value, text }) => ({ value: String(value), text }))}
          onChange={(chosen) => {
            const choice = CHOICES.find(({ value }) => String(value) === chosen);
            if (choice !== undefined) void save.run(choice.value);
          }}
        />
      </div>
      <div class="card-row">
        <p class="grow row-title">Keys and messages are encrypted with your passphrase</p>
        <Button icon="lock" busy={lock.busy} onClick={() => void lock.run()}>
          Lock now
        </Button>
      </div>
      <Fault error={save.error ?? lock.error} />
    </section>
  );
}

function ChangePassphrase() {
  const { owner } = useWorld();
  const [from, setFrom] = useState('');
  const [to, setTo] = useState('');
  const [isDone, setDone] = useState(false);
  const change = useAction(() => owner.changePassphrase(from, to));
  const left = useWait(change.error);
  return (
    <section class="card" aria-label="Change the passphrase">
      <form
        class="card-form"
        onSubmit={(event) => {
          event.preventDefault();
          void change.run().then((isChanged) => {
            setDone(isChanged);
            if (isChanged) for (const clear of [setFrom, setTo]) clear('');
            return undefined;
          });
        }}
      >
        <p class="row-title">Change the passphrase</p>
        <PassphraseField label="Passphrase until now" value={from} onInput={setFrom} error={change.error} />
        <NewPassphrase label="New passphrase" value={to} onInput={setTo} />
        <div>
          <Button type="submit" busy={change.busy} disabled={from === '' || strengthOf(to) === 0 || left > 0}>
            Change
          </Button>
        </div>
        <p role="status">{isDone ? 'Changed. The new one counts from now on.' : ''}</p>
      </form>
    </section>
  );
}

function RemovePassphrase() {
  const { owner } = useWorld();
  const [typed, setTyped] = useState('');
  const remove = useAction(() => owner.removePassphrase(typed));
  const left = useWait(remove.error);
  return (
    <section class="card" aria-label="Go without a passphrase">
      <form
        class="card-form"
        onSubmit={(event) => {
          event.preventDefault();
          void remove.run();
        }}
      >
        <div>
          <p class="row-title">Go without a passphrase</p>
          <p class="soft">
            Messages stay here unencrypted, for whoever can copy the browser’s files. Keys last only until the
            browser closes. Then each app has to hand them over again.
          </p>
        </div>
        <PassphraseField label="Passphrase" value={typed} onInput={setTyped} error={remove.error} />
        <div>
          <Button kind="danger" type="submit" busy={remove.busy} disabled={typed === '' || left > 0}>
            Turn it off
          </Button>
        </div>
        {remove.busy && <VaultProgress />}
      </form>
    </section>
  );
}
