import type { PageGate } from '../../src/agent/agent.ts';
import type { PageCaller } from '../../src/agent/ports.ts';
import { LetterboxError, errorToWire, isLetterboxError } from '../../src/protocol/errors.ts';
import type { Origin } from '../../src/protocol/ids.ts';
import {
  MAX_OPEN_CALLS,
  callId,
  parsePageCall,
  type PageCall,
  type PageMethod,
} from '../../src/protocol/page-wire.ts';
import { placeOfTab } from '../platform/place.ts';
import type { Page, PagePort, Pages } from './pages.ts';
import { pageSender, type Own } from './sender.ts';

/** A port from a content script, with the browser's stamp on it. */
export interface StampedPort extends PagePort {
  readonly sender?: unknown;
  readonly onMessage: { addListener(listener: (message: unknown) => void): void };
  disconnect(): void;
}

export interface GatewayParts {
  readonly own: Own;
  readonly pages: Pages;
  /** Takes one call's leave; false where the app floods. */
  readonly limiter: (app: Origin) => boolean;
  readonly isEnabled: (app: Origin) => Promise<boolean>;
  readonly gate: () => Promise<PageGate>;
  /** Gets what is no refusal but a fault of ours. */
  readonly report: (error: unknown) => void;
}

type Call = (gate: PageGate, caller: PageCaller, argument: unknown) => Promise<unknown>;

const CALLS: Readonly<Record<PageMethod, Call>> = {
  connect: (gate, caller, options) => gate.connect(caller, options),
  send: (gate, caller, message) => gate.send(caller, message),
  list: (gate, caller, query) => gate.list(caller, query),
  markRead: (gate, caller, messages) => gate.markRead(caller, messages),
};

/**
 * Where pages come in: who calls is what the browser stamped, what is called is one of four methods, how much is
 * capped. What may then happen is the agent's to say.
 * @returns what takes a port; it listens before it returns, or the browser would drop the first calls
 */
export function createGateway(parts: GatewayParts): (port: StampedPort) => void {
  async function answer(page: Page, frame: unknown): Promise<void> {
    const id = callId(frame);
    if (id === undefined) return; // cannot even be refused
    page.open += 1;
    try {
      const ok = await handle(page, parsePageCall(frame));
      page.post({ kind: 'result', id, ok });
    } catch (error) {
      if (!isLetterboxError(error)) parts.report(error);
      page.post({ kind: 'error', id, error: errorToWire(error) });
    } finally {
      page.open -= 1;
    }
  }

  async function handle(page: Page, { id, method, args }: PageCall): Promise<unknown> {
    if (page.open > MAX_OPEN_CALLS || !parts.limiter(page.app)) throw new LetterboxError('busy', { method });
    if (!(await parts.isEnabled(page.app))) throw new LetterboxError('not-allowed', { method });
    const caller = { app: page.app, place: placeOfTab(page.tabId), request: id };
    return CALLS[method](await parts.gate(), caller, argumentOf(args));
  }

  /** A script can outlive its site's permission, and in Firefox it runs on all ports of a host. */
  async function endIfOff(page: Page): Promise<void> {
    if (!(await parts.isEnabled(page.app))) page.post({ kind: 'off' });
  }

  return (port) => {
    const sender = pageSender(port.sender, parts.own);
    if (sender === undefined) {
      port.postMessage({ kind: 'off' });
      port.disconnect();
      return;
    }
    const page = parts.pages.add(sender, port);
    port.onMessage.addListener((frame) => void answer(page, frame));
    void endIfOff(page);
  };
}

function argumentOf(args: string | undefined): unknown {
  try {
    return args === undefined ? undefined : JSON.parse(args);
  } catch (cause) {
    throw new LetterboxError('malformed', { what: 'call.args', problem: 'not JSON' }, { cause });
  }
}
