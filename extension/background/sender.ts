import { parseOrigin, type Origin } from '../../src/protocol/ids.ts';

/** A page as the browser stamped it on its port: nothing here is anyone's word. */
export interface PageSender {
  readonly app: Origin;
  readonly tabId: number;
}

/** Our own identity, to compare stamps with. */
export interface Own {
  /** The extension's id. */
  readonly id: string;
  /** `chrome-extension://…/` or `moz-extension://…/`. */
  readonly url: string;
}

/**
 * The top frame of a web page with our content script in it, by `sender.origin`, never by `sender.url`: a sandboxed
 * frame shows a real URL and the origin "null".
 * @returns undefined for everything else
 */
export function pageSender(sender: unknown, own: Own): PageSender | undefined {
  const { id, frameId, origin, tab } = asRecord(sender);
  const tabId = asRecord(tab)['id'];
  if (id !== own.id || frameId !== 0 || typeof tabId !== 'number') return undefined;
  if (typeof origin !== 'string' || !/^https?:\/\//.test(origin)) return undefined;
  return { app: parseOrigin(origin, 'sender.origin'), tabId };
}

/** One of our own views: no page and no content script can have this URL and this origin. */
export function isOwnView(sender: unknown, own: Own): boolean {
  const { id, url, origin } = asRecord(sender);
  if (id !== own.id || typeof url !== 'string' || !url.startsWith(own.url)) return false;
  return origin === undefined || origin === own.url.replace(/\/$/, '');
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
}
