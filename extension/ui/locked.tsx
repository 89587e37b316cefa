import { useMemo, useState } from 'preact/hooks';
import { LetterboxError } from '../../src/protocol/errors.ts';
import type { AutoLock, Overview } from '../../src/agent/owner-api.ts';
import { Button, Confirm, LinkButton } from './controls.tsx';
import { count } from './format.ts';
import { useAction } from './hooks.ts';
import { LockedMark } from './icons.tsx';
import { Fault } from './notices.tsx';
import { PassphraseField, useWait } from './passphrase.tsx';
import { useWorld } from './world.ts';

interface LockedProps {
  readonly overview: Overview;
  /** What waits for the person instead of their messages. */
  readonly reason?: string;
}

/** In place of a view while the vault is locked: how much waits, and the way in. */
export function Locked({ overview, reason }: LockedProps) {
  const { owner } = useWorld();
  const { badge, vault } = overview;
  const [typed, setTyped] = useState('');
  const unlock = useAction(() => owner.unlock(typed));
  const earlier = useMemo(
    () => (vault.after > 0 ? new LetterboxError('passphrase-wait', { after: vault.after }) : undefined),
    [vault.after],
  );
  const [isTried, setTried] = useState(false);
  const error = isTried ? unlock.error : earlier; // it may have been tried in a popup that is closed by now
  const left = useWait(error);
  return (
    <div class="locked">
      <main class="locked-body">
        <LockedMark hasMail={badge > 0} />
        <h1>Letterbox is locked</h1>
        <p class="locked-words soft">{reason ?? <Waiting messages={badge} />}</p>
        <form
          class="locked-form"
          onSubmit={(event) => {
            event.preventDefault();
            if (left > 0 || typed === '') return;
            setTried(true);
            void unlock.run();
          }}
        >
          <PassphraseField
            label="Passphrase"
            takesFocus
            value={typed}
            error={error}
            onInput={(text) => {
              setTyped(text);
              if (left === 0) unlock.forget();
            }}
          />
          <Button kind="primary" size="large" type="submit" busy={unlock.busy} disabled={left > 0}>
            Unlock
          </Button>
        </form>
        <Forgotten />
      </main>
      <footer class="locked-foot faint small">{locksAgain(vault.autoLock)}</footer>
    </div>
  );
}

function Waiting({ messages }: { readonly messages: number }) {
  if (messages === 0) return <>No new messages wait on your servers, as far as is known.</>;
  const one = messages === 1;
  return (
    <>
      <span>
        <b>{count(messages, 'message', 'messages')}</b> {one ? 'waits' : 'wait'} on your servers.
      </span>{' '}
      <span>Unlock to read {one ? 'it' : 'them'}.</span>
    </>
  );
}

function Forgotten() {
  const { owner } = useWorld();
  const [asked, setAsked] = useState(false);
  const erase = useAction(() => owner.eraseAll());
  return (
    <div>
      <LinkButton onClick={() => setAsked(true)}>Forgot the passphrase?</LinkButton>
      <Fault error={erase.error} />
      {asked && (
        <Confirm
          title="Erase and start over?"
          action="Erase everything here"
          cancel="Keep it locked"
          busy={erase.busy}
          onCancel={() => setAsked(false)}
          onConfirm={() => void erase.run().then(() => setAsked(false))}
        >
          Nobody can reset a passphrase. Without it you can only erase what Letterbox keeps on this computer:
          the keys, your messages, what you wrote and is not sent yet, and whom you accepted or blocked. Then
          connect each app again. What your servers still hold comes back.
        </Confirm>
      )}
    </div>
  );
}

function locksAgain(autoLock: AutoLock): string {
  if (autoLock === 'never') return 'Stays unlocked until the browser closes';
  if (autoLock === 'screen') return 'Locks again with the screen';
  if (autoLock === 60) return 'Locks again after an hour without use';
  return `Locks again after ${count(autoLock, 'minute', 'minutes')} without use`;
}
