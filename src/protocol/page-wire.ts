import { LetterboxError, type WireError } from './errors.ts';
import type { LetterboxApi, PageEvents } from './page-api.ts';

/**
 * The messages between a page's `window.letterbox`, the extension's script beside it, and the background.
 *
 *     page (MAIN world) ── MessagePort ── content (isolated) ── runtime port ── background
 *       PageCall, id by the page ──────>  PageCall, id by content  ─────────>
 *       <──────────────  PageReply, PageNotice  <─────────────────────────────
 *
 * The content script gives each call an id of its own, unique per document, under which it can be repeated when the
 * background died. Arguments travel as JSON text, so that their size is known before they are read.
 */
export type PageMethod = Exclude<keyof LetterboxApi, 'version' | 'on'>;

export interface PageCall {
  readonly kind: 'call';
  readonly id: string;
  readonly method: PageMethod;
  /** JSON of the method's one argument; absent where none was given. */
  readonly args?: string;
}

export type PageReply =
  | { readonly kind: 'result'; readonly id: string; readonly ok?: unknown }
  | { readonly kind: 'error'; readonly id: string; readonly error: WireError };

export type PageNotice =
  | {
      [Event in keyof PageEvents]: {
        readonly kind: 'event';
        readonly event: Event;
        readonly detail: PageEvents[Event];
      };
    }[keyof PageEvents]
  /** Letterbox is off for this page: the content script ends. */
  | { readonly kind: 'off' };

/** The page doubts that its script is still there; any answer says that it is. Goes no further than these two. */
export interface Liveness {
  readonly kind: 'ping' | 'pong';
}

/** A nudge from the background to a content script whose port went away with the last worker. */
export interface Wake {
  readonly kind: 'wake' | 'off';
}

export type ToPage = PageReply | PageNotice;

/** Name of the runtime port between content and background. */
export const PAGE_PORT = 'page';
/** The event that carries the MessagePort from the isolated world to the MAIN world; cancelled by who takes it. */
export const HANDOFF_EVENT = 'letterbox:port';
/** The MAIN world's question for that port, for when it comes second. */
export const HELLO_EVENT = 'letterbox:hello';
/** An updated extension's script tells the orphan of the one before to let go. */
export const SUCCESSOR_EVENT = 'letterbox:successor';

/** UTF-16 units of `args`: a message file of 256 KiB and its JSON escapes fit. */
export const MAX_ARGS = 512 * 1024;
/** Calls of one page that may be unanswered at once. */
export const MAX_OPEN_CALLS = 32;
const MAX_ID = 64;

/** Every method once; the compiler keeps it complete. */
const METHODS: Readonly<Record<PageMethod, true>> = { connect: true, send: true, list: true, markRead: true };

/** The id of what claims to be a call, so that it can be refused by name. */
export function callId(frame: unknown): string | undefined {
  if (typeof frame !== 'object' || frame === null || !('id' in frame)) return undefined;
  const { id } = frame;
  return typeof id === 'string' && id.length > 0 && id.length <= MAX_ID ? id : undefined;
}

/** @throws LetterboxError `malformed | not-allowed | too-large` */
export function parsePageCall(frame: unknown): PageCall {
  const id = callId(frame);
  if (id === undefined) throw new LetterboxError('malformed', { what: 'call.id', problem: 'missing' });
  const { kind, method, args } = frame as Record<string, unknown>;
  if (kind !== 'call') throw new LetterboxError('malformed', { what: 'call.kind', problem: 'not a call' });
  if (typeof method !== 'string' || !Object.hasOwn(METHODS, method)) {
    throw new LetterboxError('not-allowed', { method: String(method).slice(0, 32) });
  }
  return { kind, id, method: method as PageMethod, ...parseArgs(args) };
}

function parseArgs(args: unknown): { args?: string } {
  if (args === undefined) return {};
  if (typeof args !== 'string')
    throw new LetterboxError('malformed', { what: 'call.args', problem: 'not JSON text' });
  if (args.length > MAX_ARGS) {
    throw new LetterboxError('too-large', { what: 'call.args', limit: MAX_ARGS, size: args.length });
  }
  return { args };
}
