import type { PersonId } from '../people.ts';
import { HELLO, INTERNAL_ERROR, USER_REJECTION } from './messages.ts';
import type { WalletAccount, WalletReply, WalletRequest } from './messages.ts';

/**
 * The wallet's sign-in dialog, in a frame of the wallet's own origin. The app's origin is what the browser
 * stamps on the message that opens the port, never what the app says of itself.
 *
 * ```
 *   getAddresses ──► choose ──► addresses          (the choice waits for one authenticationRequest)
 *   authenticationRequest ──► chosen? else choose ──► signed response
 * ```
 */
class Refused extends Error {
  readonly code: number;

  constructor(code: number, message: string) {
    super(message);
    this.code = code;
  }
}

/** The person chosen while answering `getAddresses`, for the authentication request that follows it. */
let chosen: WalletAccount | undefined;

/** Ends the choice that is open, if one is. */
let cancelChoice: (() => void) | undefined;

window.addEventListener('message', (event: MessageEvent<unknown>) => {
  const [port] = event.ports;
  if (event.data !== HELLO || event.source !== window.parent || port === undefined) return;
  element('origin').textContent = event.origin;
  port.addEventListener('message', ({ data }: MessageEvent<WalletRequest | 'cancel'>) => {
    if (data === 'cancel') cancelChoice?.();
    else void reply(port, event.origin, data);
  });
  port.start();
});

element('cancel').addEventListener('click', () => cancelChoice?.());
window.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') cancelChoice?.();
});

async function reply(port: MessagePort, origin: string, request: WalletRequest): Promise<void> {
  const send = (message: WalletReply): void => {
    port.postMessage(message);
  };
  try {
    send({ kind: 'result', id: request.id, result: await answer(send, origin, request) });
  } catch (error) {
    const code = error instanceof Refused ? error.code : INTERNAL_ERROR;
    const message = error instanceof Error ? error.message : 'The wallet failed';
    send({ kind: 'error', id: request.id, error: { code, message } });
  }
}

async function answer(
  send: (message: WalletReply) => void,
  origin: string,
  request: WalletRequest,
): Promise<unknown> {
  if (request.method === 'getAddresses') {
    chosen = await choose(send);
    return { addresses: [{ symbol: 'STX', address: chosen.address, publicKey: chosen.publicKey }] };
  }
  const account = chosen ?? (await choose(send));
  chosen = undefined;
  return signIn(account.id, request.token, origin);
}

async function choose(send: (message: WalletReply) => void): Promise<WalletAccount> {
  cancelChoice?.();
  const accounts = await call<WalletAccount[]>('/api/accounts');
  const { promise, resolve, reject } = Promise.withResolvers<WalletAccount>();
  element('people').replaceChildren(...accounts.map((account) => row(account, resolve)));
  cancelChoice = () => {
    reject(new Refused(USER_REJECTION, 'You did not sign in'));
  };
  send({ kind: 'visible', visible: true });
  try {
    return await promise;
  } finally {
    cancelChoice = undefined;
    send({ kind: 'visible', visible: false });
  }
}

async function signIn(person: PersonId, token: string, origin: string): Promise<string> {
  const { response } = await call<{ response: string }>('/api/sign-in', { person, token, origin });
  return response;
}

async function call<T>(path: string, body?: unknown): Promise<T> {
  const init = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) };
  const response = await fetch(path, init);
  const value = (await response.json()) as T & { problem?: string };
  if (!response.ok) throw new Refused(INTERNAL_ERROR, value.problem ?? 'The wallet does not answer');
  return value;
}

function row(account: WalletAccount, choice: (account: WalletAccount) => void): HTMLElement {
  const item = document.createElement('li');
  const button = document.createElement('button');
  button.type = 'button';
  button.append(
    span('initial', account.displayName.slice(0, 1), true),
    span('person', account.displayName),
    span('name', account.name),
  );
  button.addEventListener('click', () => {
    choice(account);
  });
  item.append(button);
  return item;
}

function span(className: string, content: string, decorative = false): HTMLElement {
  const node = document.createElement('span');
  node.className = className;
  node.textContent = content;
  if (decorative) node.ariaHidden = 'true';
  return node;
}

function element(id: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`#${id}`);
  if (found === null) throw new Error(`#${id} is missing`);
  return found;
}
