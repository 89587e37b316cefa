import { fromUtf8 } from '../../../src/protocol/bytes.ts';
import type { Origin } from '../../../src/protocol/ids.ts';
import { parseProblem } from '../../../src/protocol/problem.ts';
import { parseServerInfo, type ServerInfo } from '../../../src/protocol/server-api.ts';
import type { Act } from '../../../src/protocol/tokens.ts';
import type { Person } from '../person.ts';
import type { Ledger } from './ledger.ts';

/** An answer that came whole; no more is known where one did not. */
export interface Answered {
  readonly status: number;
  readonly body: Uint8Array;
}

/** One attempt: a request with a fresh token for it. */
export interface Attempt {
  readonly by: Person;
  readonly act: Act;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Whose inbox. */
  readonly inbox: Person;
  /** After the inbox. */
  readonly path: string;
  readonly body?: Uint8Array;
}

/** What an agent does over HTTP: it tries again, with a fresh token, until it has an answer that it can go by. */
export interface Client {
  readonly origin: string;
  /** Seconds that the server's clock is ahead, as its `token-time` problems said last. docs/protocol.md#5 */
  readonly offset: () => number;
  /** Until an answer comes that is not "later". @returns that answer */
  ask(attempt: Attempt): Promise<Answered>;
  /** `GET /v1/server` */
  info(): Promise<ServerInfo>;
}

/** An answer that does not come within this is given up. */
const PATIENCE_MS = 1500;
/** Between attempts. */
const PAUSE_MS = 100;

export function createClient(origin: string, ledger: Ledger): Client {
  let offset = 0;

  async function attempt({ by, act, method, inbox, path, body }: Attempt): Promise<Answered | undefined> {
    const now = Math.floor(Date.now() / 1000) + offset;
    const to = act === 'send' ? { to: inbox.address } : {};
    const token = by.token(act, body ?? new Uint8Array(), { aud: origin as Origin, now, ...to });
    return exchange(`/v1/inboxes/${inbox.address}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}` },
      ...(body === undefined ? {} : { body: Buffer.from(body) }),
    });
  }

  /** @returns undefined where it was refused, cut or too slow: what a client makes of it is the same */
  async function exchange(path: string, init: RequestInit = {}): Promise<Answered | undefined> {
    try {
      const response = await fetch(`${origin}${path}`, { ...init, signal: AbortSignal.timeout(PATIENCE_MS) });
      return { status: response.status, body: new Uint8Array(await response.arrayBuffer()) };
    } catch (error) {
      const isTimeout = error instanceof DOMException && error.name === 'TimeoutError';
      if (isTimeout || error instanceof TypeError) return undefined;
      throw error;
    }
  }

  /** Whether to try again; notes the server's time where that was the reason. */
  function isForLater({ status, body }: Answered): boolean {
    if (status !== 401) return status === 503;
    const { code, now } = parseProblem(JSON.parse(fromUtf8(body, 'problem')));
    if (code !== 'token-time' || now === undefined) return false;
    offset = now - Math.floor(Date.now() / 1000);
    return true;
  }

  /** Until it has an answer that it can go by. */
  async function insist(once: () => Promise<Answered | undefined>): Promise<Answered> {
    for (;;) {
      const answer = await once();
      const isFinal = answer !== undefined && !isForLater(answer);
      ledger.answered(answer?.status ?? 'none');
      if (isFinal) return answer;
      await new Promise((resolve) => {
        setTimeout(resolve, PAUSE_MS);
      });
    }
  }

  return {
    origin,
    offset: () => offset,
    ask: (wanted) => insist(() => attempt(wanted)),
    info: async () => parseServerInfo((await insist(() => exchange('/v1/server'))).body),
  };
}
