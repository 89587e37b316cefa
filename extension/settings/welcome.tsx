import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { Button } from '../ui/controls.tsx';
import { useAction } from '../ui/hooks.ts';
import { Icon } from '../ui/icons.tsx';
import { useWorld } from '../ui/world.ts';
import { NewPassphrase } from '../ui/new-passphrase.tsx';
import { VaultProgress } from '../ui/vault-progress.tsx';
import { strengthOf } from '../ui/strength.ts';

type Choice = 'with' | 'without';

/** The first thing that a person sees: what Letterbox keeps, and how they want it guarded. Nothing is chosen for them. */
export function Welcome({ onDone }: { readonly onDone: () => void }) {
  const { owner } = useWorld();
  const [choice, setChoice] = useState<Choice | undefined>();
  const [typed, setTyped] = useState('');
  const set = useAction(() => owner.setPassphrase(typed));
  const isReady = choice === 'without' || (choice === 'with' && strengthOf(typed) > 0);
  return (
    <div class="welcome">
      <Door />
      <main class="welcome-body">
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (choice === 'without') onDone();
            else void set.run().then((isSet) => isSet && onDone());
          }}
        >
          <h1>Mail from your apps, in one place</h1>
          <p class="welcome-lead soft">
            Letterbox keeps your messages and the keys that open them. Choose how it guards both on this
            computer.
          </p>
          <fieldset class="welcome-choices">
            <legend class="unseen">How keys are guarded</legend>
            <Option
              title="With a passphrase"
              detail="You type it when the browser starts. It encrypts keys and messages."
              checked={choice === 'with'}
              onChoose={() => setChoice('with')}
            >
              {choice === 'with' && (
                <NewPassphrase
                  label="Passphrase"
                  takesFocus
                  value={typed}
                  onInput={setTyped}
                  error={set.error}
                />
              )}
            </Option>
            <Option
              title="Without a passphrase"
              detail="Keys last only until the browser closes. Then each app has to hand them over again. Messages stay here unencrypted."
              checked={choice === 'without'}
              onChoose={() => setChoice('without')}
            />
          </fieldset>
          <Button kind="primary" size="large" type="submit" busy={set.busy} disabled={!isReady}>
            Continue
          </Button>
          {set.busy && <VaultProgress />}
          <p class="welcome-note faint">
            <Icon name="shield" small /> Letterbox sees no app until you turn it on there. You can choose anew
            in Settings at any time.
          </p>
        </form>
      </main>
    </div>
  );
}

interface OptionProps {
  readonly title: string;
  readonly detail: string;
  readonly checked: boolean;
  readonly onChoose: () => void;
  readonly children?: ComponentChildren;
}

function Option({ title, detail, checked, onChoose, children }: OptionProps) {
  const id = useId();
  return (
    <div class={`welcome-option ${checked ? 'chosen' : ''}`}>
      <label class="welcome-choice">
        <input
          type="radio"
          class="radio"
          name="guard"
          checked={checked}
          aria-labelledby={`${id}-title`}
          aria-describedby={`${id}-detail`}
          onChange={onChoose}
        />
        <span class="grow">
          <span id={`${id}-title`} class="row-title">
            {title}
          </span>
          <br />
          <span id={`${id}-detail`} class="soft">
            {detail}
          </span>
        </span>
      </label>
      {children}
    </div>
  );
}

/** A door with a letter in its slot. */
function Door() {
  return (
    <div class="welcome-door" aria-hidden="true">
      <svg viewBox="0 0 360 260">
        <rect x="0" y="132" width="360" height="128" rx="16" fill="#075340" />
        <rect x="1" y="126" width="358" height="126" rx="16" fill="#1a9470" stroke="#4bb492" />
        <circle cx="22" cy="189" r="5" fill="#0a4a39" />
        <circle cx="338" cy="189" r="5" fill="#0a4a39" />
        <rect x="44" y="172" width="272" height="34" rx="17" fill="#05261b" />
        <path d="M72 189V10c0-5 4-10 10-10h196c6 0 10 5 10 10v179z" fill="#fff" />
        <path d="m76 4 104 86L284 4" fill="none" stroke="#a3cfc0" stroke-width="3" />
        <circle cx="180" cy="82" r="17" fill="#0c7459" />
        <path d="m173 82 5 5 9-10" fill="none" stroke="#fff" stroke-width="3" stroke-linecap="round" />
        <text x="182" y="234" fill="#a3cfc0" font-size="13" letter-spacing="6" text-anchor="middle">
          LETTERS
        </text>
      </svg>
    </div>
  );
}
