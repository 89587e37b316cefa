import { randomBytes } from 'node:crypto';
import { utf8 } from '../../src/protocol/bytes.ts';
import { LetterboxError } from '../../src/protocol/errors.ts';
import { allowLoopback, type Bucket } from '../../src/protocol/ids.ts';
import type { Fetch } from '../../src/protocol/ports.ts';
import { RECORD_PATH } from '../../src/protocol/record.ts';
import type { Registries } from '../../src/gaia/registry.ts';
import type { Act, RequestClaims } from '../../src/protocol/tokens.ts';
import { STORE_LIMITS } from '../../src/server/context.ts';
import type { Admissions } from '../../src/server/admission.ts';
import { createLookup } from '../../src/server/lookup.ts';
import type { Log } from '../../src/server/ports.ts';
import { NO_RATES, type RateLimits } from '../../src/server/rates.ts';
import type { Metrics } from '../../src/server/metrics.ts';
import type { Asked } from '../../src/server/http.ts';
import { createServer, type Server } from '../../src/server/server.ts';
import { verifyNatively } from '../../src/server/signature.ts';
import { openSqliteStore } from '../../src/server/stores/sqlite.ts';
import type { Store, StoreLimits } from '../../src/server/stores/store.ts';
import { deliveryId, ORIGIN, pointer, START, type Person } from './person.ts';

export const random = { bytes: (length: number) => new Uint8Array(randomBytes(length)) };

/** A clock that stands until it is moved, and the timers that go off when it is. */
export function createTime(start = START) {
  let now = start * 1000;
  const waiting = new Set<{ at: number; call: () => void }>();
  return {
    clock: { now: () => now },
    timer: {
      after(milliseconds: number, call: () => void) {
        const entry = { at: now + milliseconds, call };
        waiting.add(entry);
        return () => void waiting.delete(entry);
      },
    },
    /** Seconds. */
    pass(seconds: number) {
      const end = now + seconds * 1000;
      for (;;) {
        const [next] = [...waiting].filter(({ at }) => at <= end).toSorted((a, b) => a.at - b.at);
        if (next === undefined) break;
        waiting.delete(next);
        now = Math.max(now, next.at);
        next.call();
      }
      now = end;
    },
  };
}

/** A web of files in memory, and a count of who was asked. */
export function createWeb() {
  const files = new Map<string, Uint8Array | number | Error>();
  const asked: string[] = [];
  const fetch: Fetch = async (url) => {
    asked.push(url);
    const file = files.get(url);
    if (file instanceof Error) throw file;
    const body = typeof file === 'object' ? file : new Uint8Array();
    return {
      status: typeof file === 'number' ? file : file === undefined ? 404 : 200,
      headers: { get: (name) => (name.toLowerCase() === 'content-length' ? String(body.length) : null) },
      body: new Blob([Buffer.from(body)]).stream(),
    };
  };
  return {
    fetch,
    asked,
    /** Bytes are a file, a number a status, an error a network that fails. */
    put: (url: string, file: Uint8Array | number | Error) => void files.set(url, file),
    publish: (bucket: Bucket, record: Uint8Array) => void files.set(`${bucket}${RECORD_PATH}`, record),
  };
}

/** The server as one asks over the web. */
export interface Fetching {
  /** @param network where the request comes from; without one, all come from one */
  fetch(request: Request, network?: string): Promise<Response>;
}

export interface Harness {
  readonly server: Server & Fetching;
  readonly store: Store;
  readonly web: ReturnType<typeof createWeb>;
  readonly time: ReturnType<typeof createTime>;
  readonly failures: unknown[];
  readonly log: Parameters<Log['answered']>[0][];
  /** A request about a person's own inbox, with a fresh token. */
  readonly ask: (
    person: Person,
    act: Act,
    method: string,
    path: string,
    body?: object | Uint8Array,
  ) => Promise<Response>;
  readonly enrol: (person: Person, record?: Uint8Array) => Promise<Response>;
  /** Enrols and publishes. */
  readonly settle: (person: Person, record?: Uint8Array) => Promise<void>;
  readonly send: (from: Person, to: Person, seed: string, options?: SendOptions) => Promise<Response>;
}

export interface SendOptions {
  readonly claims?: Partial<RequestClaims>;
  readonly pointer?: string;
  readonly body?: Uint8Array;
}

/** A whole server without a port, on a store in memory and a web in memory. */
export function createHarness({
  limits = STORE_LIMITS,
  rates = NO_RATES,
  hostShare,
  registries = { bns: [], bnsv2: [] },
  metrics,
  admissions,
}: {
  limits?: StoreLimits;
  rates?: RateLimits;
  hostShare?: number;
  registries?: Registries;
  metrics?: Metrics;
  admissions?: Admissions;
} = {}): Harness {
  const store = openSqliteStore({ path: ':memory:', limits, random });
  const time = createTime();
  const web = createWeb();
  const failures: unknown[] = [];
  const log: Harness['log'] = [];
  const verify = verifyNatively;
  const kept: Log = {
    answered: (entry) => void log.push(entry),
    failed: (error) => void failures.push(error),
  };
  const created = createServer({
    [allowLoopback]: true,
    origin: ORIGIN,
    store,
    lookup: createLookup({
      [allowLoopback]: true,
      fetch: web.fetch,
      clock: time.clock,
      verify,
      registries,
    }),
    ...time,
    log: metrics?.log(kept) ?? kept,
    ...(metrics === undefined ? {} : { metrics: metrics.page, meter: metrics.meter }),
    verify,
    limits,
    rates,
    ...(hostShare === undefined ? {} : { hostShare }),
    ...(admissions === undefined ? {} : { admissions }),
  });
  const server = { ...created, ...fetching(created) };
  const now = (): number => Math.floor(time.clock.now() / 1000);

  const harness: Harness = {
    server,
    store,
    web,
    time,
    failures,
    log,
    ask(person, act, method, path, body) {
      const bytes = body === undefined || body instanceof Uint8Array ? body : utf8(JSON.stringify(body));
      const token = person.token(act, bytes ?? new Uint8Array(), { now: now() });
      return server.fetch(request(method, `/v1/inboxes/${person.address}${path}`, token, bytes));
    },
    enrol: (person, record = person.record()) => harness.ask(person, 'enrol', 'PUT', '', record),
    async settle(person, record = person.record()) {
      web.publish(person.bucket, record);
      const response = await harness.enrol(person, record);
      if (response.status !== 204)
        throw new Error(`enrolment answered ${response.status}: ${await response.text()}`);
    },
    send(from, to, seed, { claims = {}, pointer: sealed = pointer(seed), body } = {}) {
      const bytes = body ?? utf8(JSON.stringify({ id: deliveryId(seed), pointer: sealed }));
      const token = from.token('send', bytes, { to: to.address, now: now(), ...claims });
      return server.fetch(request('POST', `/v1/inboxes/${to.address}/messages`, token, bytes));
    },
  };
  return harness;
}

function fetching({ reply }: Server): Fetching {
  return {
    async fetch(question, network = 'unknown') {
      const { pathname, search } = new URL(question.url);
      const asked: Asked = {
        method: question.method,
        target: `${pathname}${search}`,
        network,
        header: (name) => question.headers.get(name) ?? undefined,
        async body(limit) {
          const bytes = new Uint8Array(await question.arrayBuffer());
          if (bytes.length > limit) throw new LetterboxError('too-large', { what: 'body', limit });
          return bytes;
        },
      };
      const { status, headers, text } = await reply(asked);
      return new Response(text ?? null, { status, headers });
    },
  };
}

export function request(method: string, path: string, token?: string, body?: Uint8Array): Request {
  return new Request(`${ORIGIN}${path}`, {
    method,
    headers: token === undefined ? {} : { authorization: `Bearer ${token}` },
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  });
}

/** The code of a problem, with its status. */
export async function problemOf(response: Response): Promise<string> {
  const { type } = (await response.json()) as { type: string };
  return `${response.status} ${type.replace('urn:letterbox:problem:', '')}`;
}
