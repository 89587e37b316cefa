import { LetterboxError, errorFromWire, errorToWire, type WireError } from '../protocol/errors.ts';
import type { OwnerApi } from './owner-api.ts';

/**
 * The owner API between Letterbox's own views and the agent in the background.
 *
 *     view ── OwnerRequest (runtime message) ──> background ── parseOwnerRequest ──> agent
 *     view <── OwnerAnswer ───────────────────── background
 *     view <── CHANGED (Port named OWNER_PORT) ─ background    what overview() and the lists show is different now
 *
 * This half is small enough for every view's bundle; the parsers, which need the curve, are in owner-request.ts.
 */
export const OWNER = 'owner';
/** Name of the port on which the background posts CHANGED. */
export const OWNER_PORT = 'owner';
export const CHANGED = 'changed';
/** Where the approval window's id stands in the session's storage. */
export const APPROVAL_WINDOW = 'approval-window';
/** Where the approval window leaves its id in the session's storage before it closes itself. */
export const ANSWERED_WINDOW = 'answered-window';

/** In UTF-16 units: shorter ones are guessed in no time by whoever has the disk. */
export const PASSPHRASE_MIN_LENGTH = 8;

/** Messages to people whom the person does not know that one app sends without asking in a day; then it asks. */
export const UNASKED_A_DAY = 100;

export type OwnerMethod = keyof OwnerApi;

/** One call: the method's name and its arguments as they stand in OwnerApi. */
export type OwnerRequest = {
  [Method in OwnerMethod]: {
    readonly to: typeof OWNER;
    readonly method: Method;
    readonly args: Parameters<OwnerApi[Method]>;
  };
}[OwnerMethod];

/** `ok` is absent (JSON messages) or undefined where the method gives nothing. */
export type OwnerAnswer = { readonly ok?: unknown } | { readonly error: WireError };

/** Every method once; the compiler keeps it complete. */
export const OWNER_METHODS: Readonly<Record<OwnerMethod, true>> = {
  overview: true,
  messages: true,
  message: true,
  requests: true,
  outbox: true,
  markRead: true,
  remove: true,
  retry: true,
  send: true,
  retrySend: true,
  acceptMoved: true,
  cancelSend: true,
  accept: true,
  block: true,
  dismiss: true,
  unblock: true,
  blocked: true,
  disconnect: true,
  grant: true,
  revoke: true,
  letAsk: true,
  setServers: true,
  stopDelivery: true,
  deliverAgain: true,
  redeemInvite: true,
  testServer: true,
  approvals: true,
  decide: true,
  readSession: true,
  offerSession: true,
  syncNow: true,
  syncServer: true,
  settings: true,
  saveSettings: true,
  setPassphrase: true,
  unlock: true,
  lock: true,
  passphraseProgress: true,
  changePassphrase: true,
  removePassphrase: true,
  eraseAll: true,
  exportLines: true,
  importLines: true,
  keptApps: true,
  eraseApp: true,
};

/** The value of an answer from the background, which is trusted with its content. @throws LetterboxError what it says */
export function openAnswer(answer: unknown): unknown {
  if (typeof answer !== 'object' || answer === null) {
    throw new LetterboxError('internal', { problem: 'no answer from the background' });
  }
  if ('error' in answer) throw errorFromWire(answer.error);
  return 'ok' in answer ? (answer.ok ?? undefined) : undefined;
}

/** Wraps what a call comes to; nothing but the code and its context of an error leaves. */
export async function toAnswer(call: () => Promise<unknown>): Promise<OwnerAnswer> {
  try {
    return { ok: await call() };
  } catch (error) {
    return { error: errorToWire(error) };
  }
}

/** An OwnerApi whose calls go through `post`, e.g. `browser.runtime.sendMessage`. */
export function ownerOver(post: (request: OwnerRequest) => Promise<unknown>): OwnerApi {
  const call =
    (method: string) =>
    async (...args: unknown[]) =>
      openAnswer(await post({ to: OWNER, method, args } as unknown as OwnerRequest));
  return Object.fromEntries(
    Object.keys(OWNER_METHODS).map((method) => [method, call(method)]),
  ) as unknown as OwnerApi;
}
