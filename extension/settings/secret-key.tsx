import { useState } from 'preact/hooks';
import type { ConnectedApp } from '../../src/agent/owner-api.ts';
import { accountOf, openSecretKey, type SecretKey as Opened } from '../../src/wallet/secret-key.ts';
import { isLetterboxError, type LetterboxError } from '../../src/protocol/errors.ts';
import type { Origin } from '../../src/protocol/ids.ts';
import { AddressField, Button, Select } from '../ui/controls.tsx';
import { hostOf, number, shortAddress } from '../ui/format.ts';
import { useAction } from '../ui/hooks.ts';
import { Banner, Fault } from '../ui/notices.tsx';
import { serverFault, tidyPlace } from '../ui/server-address.ts';
import { useWorld } from '../ui/world.ts';
import { originOf } from './app-address.ts';
import { SecretKeyField } from './secret-key-field.tsx';
import { sessionOf } from './secret-key-session.ts';

const ACCOUNTS = 10;
const MANY = 100;

interface SecretKeyProps {
  readonly apps: readonly ConnectedApp[];
  readonly onDone: () => void;
}

/** What was typed, once it is plausible. The words are no longer among it. */
interface Chosen {
  readonly app: Origin;
  readonly hub: string;
  readonly secretKey: Opened;
}

/**
 * The key of one app from the words of a wallet: words → accounts → the account's session → the same question as for any
 * other. The words are held while they are typed, their root until an account is chosen, neither beyond this page.
 */
export function SecretKey({ apps, onDone }: SecretKeyProps) {
  const [chosen, setChosen] = useState<Chosen | undefined>();
  const [asked, setAsked] = useState<Origin | undefined>();
  return (
    <section class="card" aria-label="Connect with a Secret Key">
      {chosen === undefined && asked === undefined && (
        <WordsForm hub={apps[0]?.hub ?? ''} onOpened={setChosen} onLeave={onDone} />
      )}
      {chosen !== undefined && (
        <AccountForm
          {...chosen}
          onLeave={onDone}
          onAsked={() => {
            setAsked(chosen.app);
            setChosen(undefined);
          }}
        />
      )}
      <div role="status">
        {asked !== undefined && (
          <p class="card-words">
            Letterbox asks in its own window now whether to connect <bdi dir="ltr">{hostOf(asked)}</bdi>. The
            Secret Key is forgotten.
          </p>
        )}
      </div>
    </section>
  );
}

interface WordsFormProps {
  readonly hub: string;
  readonly onOpened: (chosen: Chosen) => void;
  readonly onLeave: () => void;
}

function WordsForm({ hub: known, onOpened, onLeave }: WordsFormProps) {
  const [address, setAddress] = useState('');
  const [hub, setHub] = useState(known);
  const [words, setWords] = useState('');
  const [tried, setTried] = useState(false);
  const app = originOf(address);
  const faults = tried ? faultsOf(app, hub) : {};
  const open = useAction(async (origin: Origin) => {
    const secretKey = await openSecretKey(words);
    setWords('');
    onOpened({ app: origin, hub: tidyPlace(hub), secretKey });
  });
  const submit = () => {
    setTried(true);
    const { app: appFault, hub: hubFault } = faultsOf(app, hub);
    if (app !== undefined && appFault === undefined && hubFault === undefined) void open.run(app);
  };
  return (
    <form
      class="card-form"
      noValidate
      autocomplete="off"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <h2>Connect with a Secret Key</h2>
      <p class="soft">
        Letterbox works out the key of one app, in this page, and forgets the words: they are not kept, and go
        nowhere. If you have the wallet itself, connect from the app instead.
      </p>
      <Banner kind="caution" icon="warning" what="Whoever has these words has everything in that wallet">
        All its apps, names and money. Type them nowhere but here: no website needs them, and Letterbox never
        asks for them by itself.
      </Banner>
      <AddressField
        label="App address"
        value={address}
        placeholder="https://"
        fault={faults.app}
        onInput={setAddress}
      />
      <AddressField
        label="Storage"
        value={hub}
        placeholder="https://"
        hint="The address of your Gaia hub, which holds your profile and the app’s files."
        fault={faults.hub}
        onInput={setHub}
      />
      <SecretKeyField value={words} fault={wordsFault(open.error)} onInput={setWords} />
      <Fault error={wordsFault(open.error) === undefined ? open.error : undefined} />
      <div class="actions">
        <Button onClick={onLeave}>Leave it</Button>
        <Button type="submit" kind="primary" busy={open.busy} disabled={words.trim() === ''}>
          Show its accounts
        </Button>
      </div>
    </form>
  );
}

function faultsOf(app: Origin | undefined, hub: string): { app?: string; hub?: string } {
  const wrongHub = hub.trim() === '' ? 'Say where your storage is.' : serverFault(hub);
  return {
    ...(app === undefined ? { app: 'This isn’t an app’s address. It looks like https://app.example.' } : {}),
    ...(wrongHub === undefined ? {} : { hub: wrongHub }),
  };
}

/** What is wrong with the words is said at their field. */
function wordsFault(error: LetterboxError | undefined): string | undefined {
  if (!isLetterboxError(error, 'malformed') || error.context.what !== 'Secret Key') return undefined;
  return error.context.problem === 'a word is wrong'
    ? 'These words are no Secret Key. Look for one that is mistyped, missing or in another’s place.'
    : 'A Secret Key has 12 or 24 words.';
}

interface AccountFormProps extends Chosen {
  readonly onAsked: () => void;
  readonly onLeave: () => void;
}

function AccountForm({ app, hub, secretKey, onAsked, onLeave }: AccountFormProps) {
  const { owner } = useWorld();
  const [index, setIndex] = useState(0);
  const [shown, setShown] = useState(ACCOUNTS);
  const offer = useAction(async () => {
    const session = await sessionOf(accountOf(secretKey, index), app, {
      hub,
      settings: await owner.settings(),
    });
    await owner.offerSession({ app, session });
    onAsked();
  });
  const accounts = Array.from({ length: shown }, (_, at) => ({
    value: String(at),
    text: `Account ${number(at + 1)} · ${shortAddress(accountOf(secretKey, at).owner)}`,
  }));
  return (
    <form
      class="card-form"
      onSubmit={(event) => {
        event.preventDefault();
        void offer.run();
      }}
    >
      <h2>
        Which account do you use at <bdi dir="ltr">{hostOf(app)}</bdi>?
      </h2>
      <p class="soft">
        Its profile says which bucket is the app’s. The storage and the name registries are asked for it, and
        so see the account’s address; nothing else of the Secret Key leaves this page.
      </p>
      <p>
        <Select
          label="Account"
          value={String(index)}
          options={accounts}
          onChange={(at) => setIndex(Number(at))}
        />{' '}
        {shown < MANY && (
          <button type="button" class="link" onClick={() => setShown(MANY)}>
            Show more
          </button>
        )}
      </p>
      <AccountFault error={offer.error} app={app} />
      <div class="actions">
        <Button onClick={onLeave}>Leave it</Button>
        <Button type="submit" kind="primary" busy={offer.busy}>
          Go on
        </Button>
      </div>
    </form>
  );
}

/** The account is the person's own: what is said of others elsewhere does not fit here. */
function AccountFault({ error, app }: { readonly error: LetterboxError | undefined; readonly app: Origin }) {
  if (isLetterboxError(error, 'app-not-found')) {
    return (
      <Banner kind="danger" icon="key" what={`This account’s profile names no bucket for ${hostOf(app)}`}>
        No key was guessed. Choose another account, or sign in to the app once so that your wallet writes it
        down.
      </Banner>
    );
  }
  if (isLetterboxError(error, 'key-mismatch') && error.context.what === 'Secret Key') {
    return (
      <Banner kind="danger" icon="key" what="No key of this account opens the bucket in its profile">
        It was made by another wallet or another Secret Key. Nothing was kept.
      </Banner>
    );
  }
  return <Fault error={error} />;
}
