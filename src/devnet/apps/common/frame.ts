import type { Account, LetterboxApi } from '../../../protocol/page-api.ts';
import { byId } from './dom.ts';
import { codeOf, explain, onLetterbox } from './letterbox.ts';
import { currentPerson, signIn, signOut } from './session.ts';
import type { SignedIn } from './session.ts';

/** A connected page: the person, their inbox, and Letterbox. */
export interface Connected {
  person: SignedIn;
  account: Account;
  letterbox: LetterboxApi;
}

export interface FrameOptions {
  /** The app's name, for the wallet and for Letterbox. */
  appName: string;
  /** How this app connects: it hands its session over, or lets Letterbox ask the person whether it may read it. */
  connect: (letterbox: LetterboxApi, person: SignedIn) => Promise<Account>;
  /** Called once the page is connected; what it returns is called when it no longer is. */
  connected: (connected: Connected) => () => void;
}

/**
 * What both demo apps have around them: signing in and out, and connecting to Letterbox.
 *
 * ```
 *   signed out ──► signed in, no Letterbox (says what to do) ──► Letterbox found ──► connected
 *        ▲                                                            │                 │
 *        └──────────────── sign out ──────────────────────────────────┴─────────────────┘
 * ```
 * The state is on `<body data-state>`: `signed-out`, `no-letterbox`, `unconnected`, `connected`.
 */
export function startFrame(options: FrameOptions): void {
  let person = currentPerson();
  let letterbox: LetterboxApi | undefined;
  let leave: (() => void) | undefined;

  const show = (): void => {
    document.body.dataset['state'] = stateOf();
    byId('who', HTMLElement).textContent = person?.label ?? '';
  };
  const stateOf = (): string => {
    if (person === null) return 'signed-out';
    if (letterbox === undefined) return 'no-letterbox';
    return leave === undefined ? 'unconnected' : 'connected';
  };
  const disconnect = (): void => {
    leave?.();
    leave = undefined;
  };
  const enter = async (): Promise<void> => {
    if (person === null || letterbox === undefined || leave !== undefined) return;
    const account = await options.connect(letterbox, person);
    const end = options.connected({ person, account, letterbox });
    const off = letterbox.on('disconnect', ({ reason }) => {
      disconnect();
      show();
      say(DISCONNECTED[reason]);
    });
    leave = () => {
      off();
      end();
    };
  };

  const onClick = (id: string, task: () => Promise<void>): void => {
    const button = byId(id, HTMLButtonElement);
    button.addEventListener('click', () => {
      void whileBusy(button, task).then(show);
    });
  };
  onClick('sign-in', async () => {
    person = await signIn(options.appName);
  });
  onClick('sign-out', async () => {
    disconnect();
    await signOut();
    person = null;
  });
  onClick('connect', enter);

  onLetterbox((found) => {
    disconnect();
    letterbox = found;
    show();
    if (person !== null) void reconnect(found, enter).then(show);
  });
  show();
}

const DISCONNECTED = {
  revoked: 'You took this page’s access away in Letterbox.',
  session: 'You are signed in as someone else now. Connect again.',
  extension: 'Letterbox went away. Reload the page.',
} as const;

/** Connects by itself where the person has allowed it before; else the button is there. */
async function reconnect(letterbox: LetterboxApi, enter: () => Promise<void>): Promise<void> {
  try {
    await letterbox.list({ limit: 1 });
    await enter();
  } catch (error) {
    if (codeOf(error) !== 'not-connected') say(explain(error));
  }
}

/** Runs the task with its button off; what goes wrong is said in words. */
async function whileBusy(button: HTMLButtonElement, task: () => Promise<void>): Promise<void> {
  button.disabled = true;
  say('');
  try {
    await task();
  } catch (error) {
    say(explain(error));
  } finally {
    button.disabled = false;
  }
}

/** Says something to the person, politely. */
export function say(words: string): void {
  byId('status', HTMLElement).textContent = words;
}
