import { HELLO, METHOD_NOT_FOUND } from './messages.ts';
import type { WalletReply, WalletRequest } from './messages.ts';

/**
 * The development wallet as apps see it: loaded by `<script src="<wallet>/provider.js">`, it adds itself to
 * @stacks/connect's wallet selection and answers the handshake of @stacks/auth. It holds no keys:
 * it passes requests on to a dialog in a frame of the wallet's own origin, which knows by the browser who asks.
 */
interface RegisteredProvider {
  id: string;
  name: string;
  icon: string;
  webUrl: string;
}

declare global {
  interface Window {
    LetterboxDevWallet?: DevWallet;
  }
}

interface DevWallet {
  request: (method: string) => Promise<unknown>;
  authenticationRequest: (token: string) => Promise<string>;
}

type Question = { method: 'getAddresses' } | { method: 'authenticationRequest'; token: string };

const ID = 'LetterboxDevWallet';
const ICON =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 48 48'%3E%3Crect width='48' height='48' rx='10' fill='%23835200'/%3E%3Cpath d='M12 17h24v16H12z' fill='none' stroke='%23fff' stroke-width='3' stroke-linejoin='round'/%3E%3Ccircle cx='31' cy='25' r='2.5' fill='%23fff'/%3E%3Cpath d='M16 17v-4h14' fill='none' stroke='%23fff' stroke-width='3'/%3E%3C/svg%3E";

const STYLE = `
  dialog { border: 0; padding: 0; border-radius: 12px; width: min(400px, 92vw); height: min(392px, 92vh);
    box-shadow: 0 16px 48px #0004; background: Canvas; overflow: hidden }
  dialog::backdrop { background: #0006 }
  iframe { border: 0; width: 100%; height: 100%; display: block }`;

const walletOrigin = new URL((document.currentScript as HTMLScriptElement).src).origin;
const waiting = new Map<number, { resolve: (result: unknown) => void; reject: (error: unknown) => void }>();
let lastId = 0;
let connection: Promise<MessagePort> | undefined;

async function ask(question: Question): Promise<unknown> {
  connection ??= open();
  const port = await connection;
  lastId += 1;
  const request: WalletRequest = { ...question, id: lastId };
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  waiting.set(request.id, { resolve, reject });
  port.postMessage(request);
  return promise;
}

/** Puts the wallet's frame into the page, hidden, and resolves once a port to it is open. */
async function open(): Promise<MessagePort> {
  const host = document.createElement('letterbox-dev-wallet');
  const root = host.attachShadow({ mode: 'open' });
  const style = document.createElement('style');
  style.textContent = STYLE;
  const dialog = document.createElement('dialog');
  const frame = document.createElement('iframe');
  dialog.ariaLabel = 'Development wallet';
  frame.title = 'Development wallet';
  dialog.append(frame);
  root.append(style, dialog);
  const loaded = new Promise((resolve) => {
    frame.addEventListener('load', resolve, { once: true });
  });
  frame.src = `${walletOrigin}/dialog.html`;
  document.body.append(host);
  await loaded;
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', ({ data }: MessageEvent<WalletReply>) => {
    receive(data, dialog);
  });
  port1.start();
  frame.contentWindow?.postMessage(HELLO, walletOrigin, [port2]);
  dialog.addEventListener('cancel', (event) => {
    event.preventDefault(); // Escape is the dialog's own to answer
    port1.postMessage('cancel');
  });
  return port1;
}

function receive(reply: WalletReply, dialog: HTMLDialogElement): void {
  if (reply.kind === 'visible') {
    if (reply.visible) dialog.showModal();
    else dialog.close();
    return;
  }
  const caller = waiting.get(reply.id);
  waiting.delete(reply.id);
  if (reply.kind === 'result') caller?.resolve(reply.result);
  else caller?.reject(reply.error);
}

const wallet: DevWallet = {
  async request(method) {
    if (method === 'getAddresses' || method === 'stx_getAddresses') {
      return { jsonrpc: '2.0', id: '1', result: await ask({ method: 'getAddresses' }) };
    }
    const error = { code: METHOD_NOT_FOUND, message: `The development wallet does not know ${method}` };
    return { jsonrpc: '2.0', id: '1', error };
  },
  async authenticationRequest(token) {
    return String(await ask({ method: 'authenticationRequest', token }));
  },
};

const registered: RegisteredProvider = {
  id: ID,
  name: 'Development wallet',
  icon: ICON,
  webUrl: walletOrigin,
};
const page = window as Window & { wbip_providers?: RegisteredProvider[] };
page.LetterboxDevWallet = wallet;
page.wbip_providers = [...(page.wbip_providers ?? []), registered];
console.warn(
  'Letterbox development wallet: test keys that everybody knows. Never use it for anything of value.',
);
