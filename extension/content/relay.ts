import { LetterboxError, errorToWire } from '../../src/protocol/errors.ts';
import {
  MAX_OPEN_CALLS,
  callId,
  parsePageCall,
  type Liveness,
  type PageCall,
  type ToPage,
} from '../../src/protocol/page-wire.ts';
import { createLink } from './link.ts';
import type { Runtime } from './runtime.ts';

interface OpenCall {
  /** The page's own id for it. */
  readonly pageId: string;
  readonly call: PageCall;
}

/**
 * Carries calls from the page to the background and what comes back to the page. Calls stay open across the death of
 * the worker: they are repeated under the same id until answered. The background decides; here only floods stop.
 * @param ended called once, when the extension went away or was disabled for this origin
 */
export function createRelay(runtime: Runtime, page: MessagePort, ended: () => void): void {
  const open = new Map<string, OpenCall>();
  const document = crypto.randomUUID();
  let calls = 0;

  const link = createLink(runtime, {
    open: () => [...open.values()].map(({ call }) => call),
    receive,
    gone: end,
  });

  function fromPage(frame: unknown): void {
    const pageId = callId(frame);
    if (pageId === undefined) return; // cannot even be refused
    try {
      const { method, args } = parsePageCall(frame);
      if (open.size >= MAX_OPEN_CALLS) throw new LetterboxError('busy', { method });
      const call: PageCall = {
        kind: 'call',
        id: `${document}.${(calls += 1)}`,
        method,
        ...(args === undefined ? {} : { args }),
      };
      open.set(call.id, { pageId, call });
      link.post(call);
    } catch (error) {
      tell({ kind: 'error', id: pageId, error: errorToWire(error) });
    }
  }

  function receive(message: ToPage): void {
    if (message.kind === 'off') return; // the link's own
    if (message.kind === 'event') {
      tell(message);
      return;
    }
    const answered = open.get(message.id);
    open.delete(message.id);
    if (answered !== undefined) tell({ ...message, id: answered.pageId });
  }

  function end(): void {
    open.clear();
    tell({ kind: 'off' });
    page.onmessage = null;
    ended();
  }

  function tell(message: ToPage): void {
    page.postMessage(message);
  }

  page.onmessage = ({ data }: MessageEvent<unknown>) => {
    if ((data as Partial<Liveness> | null)?.kind === 'ping')
      page.postMessage({ kind: 'pong' } satisfies Liveness);
    else fromPage(data);
  };
}
