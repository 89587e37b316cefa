import type { ErrorCode, ErrorContexts, WireError } from '../../src/protocol/errors.ts';
import { count, hostOf, shortAddress, timeOfDay } from './format.ts';

/** What happened, and what to do about it. Each a sentence or two; `todo` may be empty where nothing is to be done. */
export interface Words {
  readonly what: string;
  readonly todo: string;
}

/** Who an error is about, as short as the person knows them: “alice”. */
export interface About {
  readonly who?: string;
}

/** An error in the person's words. What a developer wants to know of it is in its context, which `ErrorDetails` shows. */
export function wordsFor(error: WireError, about: About = {}): Words {
  const write = WORDS[error.code] as (context: never, who: Person) => Words;
  return write(error.context as never, person(about.who));
}

/** Both sentences as one line. */
export function sentenceFor(error: WireError, about: About = {}): string {
  const { what, todo } = wordsFor(error, about);
  return todo === '' ? what : `${what} ${todo}`;
}

interface Person {
  /** “alice” or “They”. */
  readonly they: string;
  /** “alice’s” or “Their”. */
  readonly their: string;
  readonly dont: string;
}

function person(who: string | undefined): Person {
  return who === undefined
    ? { they: 'They', their: 'Their', dont: 'don’t' }
    : { they: who, their: `${who}’s`, dont: 'doesn’t' };
}

type Writer<Code extends ErrorCode> = (context: ErrorContexts[Code], who: Person) => Words;

const say =
  (what: string, todo = ''): (() => Words) =>
  () => ({ what, todo });

const OURS_AND_THE_SERVER = 'Letterbox and the server don’t agree on how to talk.';
const ONLY_HTTPS: Words = {
  what: 'Only https addresses are taken.',
  todo: 'While Development is on in Settings, http is let through for this computer.',
};
const TRY_LATER = 'Letterbox keeps trying.';

function later(after: number | undefined): string {
  if (after === undefined || after < 60) return TRY_LATER;
  return `Letterbox tries again in ${count(Math.ceil(after / 60), 'minute', 'minutes')}.`;
}

/** From seconds. */
function tryAgainIn(after: number): string {
  if (after <= 0) return 'Try again.';
  return after <= 90
    ? `Try again in ${count(after, 'second', 'seconds')}.`
    : `Try again in ${count(Math.ceil(after / 60), 'minute', 'minutes')}.`;
}

/** @param offset seconds by which this computer's clock is behind; negative: ahead */
export function clockWords(offset: number): string {
  return `This computer’s clock is about ${spanWords(Math.abs(offset))} ${offset > 0 ? 'behind' : 'ahead'}`;
}

function spanWords(seconds: number): string {
  const minutes = Math.round(seconds / 60);
  if (minutes < 50) return count(minutes, 'minute', 'minutes');
  const hours = Math.round(minutes / 60);
  return hours < 36 ? count(hours, 'hour', 'hours') : count(Math.round(hours / 24), 'day', 'days');
}

/** Who gives what has such names; what no one of them gave, the person may have typed. */
const GIVERS: readonly (readonly [names: RegExp, who: string, maker: string])[] = [
  [/^(call|connect|envelope|list|message|pointer|response|session)/, 'An app', 'developer'],
  [/^(acceptance|answer|counts|event|page|problem|server\.)/, 'The server', 'operator'],
  [/^(hub|name|profile|record)/, 'A storage or name registry', 'operator'],
];

function notUnderstood(what: string): Words {
  const [, who, maker] = GIVERS.find(([names]) => names.test(what)) ?? [];
  if (who === undefined)
    return { what: 'This can’t be understood.', todo: 'Check what you entered, or open Letterbox again.' };
  return {
    what: `${who} gave something that Letterbox can’t understand.`,
    todo: `Its ${maker} has to fix that.`,
  };
}

function dated(their: string): Words {
  return {
    what: `${their} mailbox entry is dated ahead of time.`,
    todo: 'Check the clock of this computer.',
  };
}

/** Every code; one without words does not compile. */
const WORDS: { readonly [Code in ErrorCode]: Writer<Code> } = {
  malformed: ({ what, problem }) => (problem === 'not https' ? ONLY_HTTPS : notUnderstood(what)),
  'too-large': say('This is too large.', 'If it is your message, make it shorter and try again.'),

  'signature-invalid': say('The signature doesn’t hold.', 'It was not kept.'),
  'key-mismatch': ({ expected, actual }) => ({
    what: 'The key doesn’t belong here. It was not kept.',
    todo: `It opens ${shortAddress(actual)}, not ${shortAddress(expected)}. Sign in to the app again.`,
  }),
  'record-place': (_, { their }) => ({
    what: `${their} mailbox entry was copied from another place.`,
    todo: 'Nothing was sent there. Ask them to open Letterbox once.',
  }),
  'record-expired': ({ now, iat }, { their }) =>
    iat > now
      ? dated(their)
      : {
          what: `${their} mailbox entry has run out.`,
          todo: 'Ask them to open Letterbox once. It renews by itself.',
        },
  'record-future': (_, { their }) => dated(their),
  'record-rollback': (_, { their }) => ({
    what: `${their} storage shows an older mailbox entry than before.`,
    todo: 'Letterbox keeps to the newer one. Try again in a few minutes.',
  }),
  'record-conflict': (_, { their }) => ({
    what: `${their} storage shows two mailbox entries of the same age.`,
    todo: 'Letterbox keeps to the first one. Ask them to open Letterbox once.',
  }),

  'envelope-unreadable': say('It can’t be opened with your key.', 'It may have been meant for someone else.'),
  'pointer-recipient': say('It was meant for someone else.'),
  'pointer-sender': say('The one who signed it isn’t the one who sent it.'),
  'file-size': (_, { they }) => ({ what: `The file isn’t as long as ${they} signed.`, todo: '' }),
  'file-digest': (_, { they }) => ({
    what: `The file isn’t the one ${they} signed.`,
    todo: 'It may have been changed or replaced.',
  }),
  'message-disagrees': say(
    'What is inside contradicts the envelope.',
    'It may have been copied from another message.',
  ),
  gone: (_, { they }) => ({
    what: 'The file is gone from the sender’s storage.',
    todo: `Only ${they === 'They' ? 'the sender' : they} can send it again.`,
  }),

  'name-not-found': ({ name }) => ({ what: `Nobody has the name ${name}.`, todo: 'Check its spelling.' }),
  'name-unproven': ({ name }) => ({
    what: `${name} can’t be proven.`,
    todo: 'Write to the address instead, or try again later.',
  }),
  'name-mismatch': ({ name }) => ({
    what: `${name} leads to a mailbox of another name.`,
    todo: 'Nothing was sent. Ask them for their name again.',
  }),
  'name-moved': ({ name, address }) => ({
    what: `${name} leads to ${shortAddress(address)} now, not to whom you know.`,
    todo: 'The name may have been sold. Nothing was sent. Ask them in another way before you write there.',
  }),
  'app-not-found': ({ name, app }) => ({
    what: `${name} doesn’t use ${hostOf(app)}.`,
    todo: 'Ask them to sign in there once.',
  }),
  'record-not-found': (_, { they }) => ({
    what: `${they} ${they === 'They' ? 'have' : 'has'} no letterbox in this app yet.`,
    todo: 'Invite them to turn Letterbox on there.',
  }),
  'place-forbidden': ({ url }) => ({
    what: `Letterbox doesn’t go to ${hostOf(url)}.`,
    todo: 'Only public https addresses are visited, and this computer’s own while Development is on.',
  }),
  unreachable: ({ url }) => ({
    what: `${hostOf(url)} doesn’t answer.`,
    todo: 'Check the address and your connection, then try again.',
  }),
  'hub-refused': ({ status }) => ({
    what: `Your storage refused it (${status}).`,
    todo: 'Try again. If it stays so, sign in to the app again.',
  }),
  'hub-unauthorized': say('Your storage no longer accepts this sign-in.', 'Sign in to the app again.'),
  'write-conflict': say('Something else wrote there at the same moment.', TRY_LATER),
  'not-found': ({ url }) => ({ what: `There is nothing at this address on ${hostOf(url)}.`, todo: '' }),

  'token-invalid': say(OURS_AND_THE_SERVER, 'Update Letterbox, or tell the server’s operator.'),
  'clock-wrong': ({ now, theirs }) => ({
    what: `${clockWords(theirs - now)}.`,
    todo: 'Set it right: Letterbox then publishes your mailbox entry by itself. If it is right already, a server is wrong: choose another one.',
  }),
  'token-time': ({ now }) => ({
    what: `The server’s clock says ${timeOfDay(now)}.`,
    todo: 'Set the clock of this computer.',
  }),
  'token-audience': say(
    'The server goes by another address than yours for it.',
    'Check the server’s address in Settings.',
  ),
  'token-act': say(OURS_AND_THE_SERVER, 'Update Letterbox, or tell the server’s operator.'),
  'token-address': say(OURS_AND_THE_SERVER, 'Update Letterbox, or tell the server’s operator.'),
  'token-body': say('It arrived at the server changed.', TRY_LATER),
  'recipient-refused': (_, { their }) => ({
    what: `${their} server refused it and doesn’t say why.`,
    todo: 'They may not take mail from people they don’t know.',
  }),
  'sender-unverified': (_, { their }) => ({
    what: `${their} server couldn’t verify you.`,
    todo: 'Letterbox publishes your entry anew and tries again.',
  }),
  'not-admitted': say(
    'This server doesn’t take new inboxes from everybody.',
    'Enter an invitation code, or choose another server.',
  ),
  'not-enrolled': say('This server doesn’t know your inbox.', 'Letterbox enrols it again by itself.'),
  conflict: say('The server has another message under this number.', 'Send it anew.'),
  seq: say(
    'The server already has a newer order of yours.',
    'Another device may have changed it. Check Servers.',
  ),
  'token-replayed': say('The server has done this once already.'),
  'cursor-expired': say('The server lost its place in your mail.', 'Letterbox reads the whole list again.'),
  'inbox-full': ({ after }, { their }) => ({
    what: `${their} inbox is full.`,
    todo: after === undefined ? '' : later(after),
  }),
  quota: ({ after }, { their, they, dont }) => ({
    what: `${their} inbox takes no more from people ${they === 'They' ? 'they' : they} ${dont} know.`,
    todo: later(after),
  }),
  rate: ({ after }) => ({ what: 'The server asks for a pause.', todo: later(after) }),
  'lookup-busy': ({ after }) => ({ what: 'The server is busy checking names.', todo: later(after) }),
  unavailable: ({ after }) => ({ what: 'The server can’t do it now.', todo: later(after) }),

  'not-connected': ({ app }) => ({
    what: `${hostOf(app)} isn’t connected to Letterbox.`,
    todo: 'Open it and connect it there.',
  }),
  'not-allowed': say('This isn’t allowed.', 'You can change what an app may do in Settings.'),
  rejected: say('You declined it.'),
  busy: say('Another question of this app waits for you.', 'Answer that one first.'),
  quiet: ({ after }) => ({
    what: 'You declined this app again and again, so it asks no more for now.',
    todo: `It may ask again in ${count(Math.ceil(after / 60), 'minute', 'minutes')}, or once you let it in Settings.`,
  }),
  disconnected: say('Letterbox was restarted.', 'Reload this page.'),
  locked: say('Letterbox is locked.', 'Open it and unlock.'),
  'passphrase-wrong': ({ after }) => ({ what: 'That’s not the passphrase.', todo: tryAgainIn(after) }),
  'passphrase-wait': ({ after }) => ({ what: 'Too many tries.', todo: tryAgainIn(after) }),
  'file-refused': say('This file wasn’t taken.', 'Nothing was changed. Choose another file.'),
  imported: say(
    'It came with an import, and was not sent from here.',
    'Try again only if the other device will not send it.',
  ),
  'session-missing': ({ app }) => ({
    what: `There is no sign-in at ${hostOf(app)}.`,
    todo: 'Sign in there first, then connect again.',
  }),
  'session-refused': say(
    'The app’s sign-in doesn’t hold. It was not kept.',
    'Sign in to the app again. If it stays so, its developer has to fix that.',
  ),
  'address-taken': ({ address, app }) => ({
    what: `${shortAddress(address)} already belongs to ${hostOf(app)}.`,
    todo: 'One inbox belongs to one app. Disconnect it there first.',
  }),
  'recipient-unknown': ({ to }) => ({
    what: `Letterbox doesn’t know ${to.length > 20 ? shortAddress(to) : to}.`,
    todo: 'Write to a name, or answer a message of theirs.',
  }),
  'recipient-has-no-server': (_, { they }) => ({
    what: `${they} ${they === 'They' ? 'have' : 'has'} no message server at the moment.`,
    todo: 'Ask them to choose one in Letterbox.',
  }),
  'server-incompatible': ({ url }) => ({
    what: `${hostOf(url)} isn’t a message server that Letterbox can use.`,
    todo: 'Check the address, or choose another server.',
  }),
  internal: say('Something went wrong inside Letterbox.', 'Nothing was lost. Try again.'),
};
