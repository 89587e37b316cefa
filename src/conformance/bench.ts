import { setTimeout as sleep } from 'node:timers/promises';
import { utf8 } from '../protocol/bytes.ts';
import type { Address, DeliveryId, Origin } from '../protocol/ids.ts';
import { parseOrigin } from '../protocol/ids.ts';
import type { Pointer } from '../protocol/pointer.ts';
import type { RecordClaims } from '../protocol/record.ts';
import type { Act, RequestClaims } from '../protocol/tokens.ts';
import { ENDPOINTS } from './acts.ts';
import { expectStatus } from './expect.ts';
import type { Answer } from './http.ts';
import {
  createPerson,
  newDeliveryId,
  recordClaims,
  requestClaims,
  signRecord,
  signRequest,
  type Person,
} from './person.ts';
import type { Site } from './site/site.ts';
import type { Target } from './target.ts';

/** How a request differs from the one that the protocol describes. */
export interface ActOptions {
  readonly body?: Uint8Array | object;
  readonly claims?: Partial<RequestClaims>;
  /** The inbox, where it is not the caller's own. */
  readonly inbox?: Address;
  readonly query?: string;
  /** Instead of one that is signed for this request. */
  readonly token?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Takes the first answer, also where look-ups are busy. A server that limits rates is waited for all the same. */
  readonly once?: boolean;
}

export interface SendOptions extends Omit<ActOptions, 'body' | 'inbox'> {
  readonly id?: DeliveryId;
  readonly pointer?: Pointer | string;
  readonly body?: Uint8Array | object;
}

/** What a check works with: people of its own, on a site of its own. */
export interface Bench {
  readonly target: Target;
  readonly now: () => number;
  /** A host of its own, where sites are not shared. */
  site(): Promise<Site>;
  /** Nobody knows of them yet. @param site the check's first one unless given */
  person(options?: { app?: Origin; site?: Site }): Promise<Person>;
  /** Somebody whose record lies at the well-known place. */
  published(claims?: Partial<RecordClaims>, options?: { site?: Site }): Promise<Person>;
  /** Somebody who is enrolled as well. */
  enrolled(claims?: Partial<RecordClaims>, options?: { site?: Site }): Promise<Person>;
  record(person: Person, claims?: Partial<RecordClaims>): Uint8Array;
  publish(person: Person, claims?: Partial<RecordClaims>): Uint8Array;
  claims(person: Person, act: Act, options?: ActOptions): RequestClaims;
  token(person: Person, act: Act, options?: ActOptions): string;
  /** Asks the endpoint of an act; waits and asks again where the server is only busy. */
  act(person: Person, act: Act, options?: ActOptions): Promise<Answer>;
  send(from: Person, to: Person, options?: SendOptions): Promise<Answer>;
  /** Sends, and insists that it is stored. */
  deliver(from: Person, to: Person, options?: SendOptions): Promise<DeliveryId>;
}

const MAX_WAITING_MS = 180_000;

export function createBench(target: Target, app = parseOrigin('https://conformance.example')): Bench {
  let first: Promise<Site> | undefined;
  const { now, origin: aud } = target;

  const bench: Bench = {
    target,
    now,
    site: () => target.hosting.open(),

    async person(options = {}) {
      const site = options.site ?? (await (first ??= bench.site()));
      return createPerson({ app: options.app ?? app, site });
    },

    async published(claims, options) {
      const person = await bench.person({ ...options, ...(claims?.app && { app: claims.app }) });
      bench.publish(person, claims);
      return person;
    },

    async enrolled(claims, options) {
      const person = await bench.person({ ...options, ...(claims?.app && { app: claims.app }) });
      const body = bench.publish(person, claims);
      expectStatus('enrolling', await bench.act(person, 'enrol', { body }), 204);
      return person;
    },

    record: (person, claims) => signRecord(person, recordClaims(person, { aud, now: now() }, claims)),

    publish(person, claims) {
      const file = bench.record(person, claims);
      person.site.put(person.place, file);
      return file;
    },

    claims: (person, act, options = {}) =>
      requestClaims(person, tokenRequest(act, options), { aud, now: now() }),
    token: (person, act, options) => signRequest(person, bench.claims(person, act, options)),

    async act(person, act, options = {}) {
      const deadline = performance.now() + MAX_WAITING_MS;
      for (;;) {
        const answer = await askOnce(bench, person, act, options);
        const wait = waitingTime(answer, options);
        if (wait === undefined || performance.now() + wait > deadline) return answer;
        await sleep(wait);
      }
    },

    send(from, to, { id = newDeliveryId(), pointer = target.pointers.one, body, claims, ...options } = {}) {
      return bench.act(from, 'send', {
        ...options,
        body: body ?? { id, pointer },
        inbox: to.address,
        claims: { to: to.address, ...claims },
      });
    },

    async deliver(from, to, options = {}) {
      const id = options.id ?? newDeliveryId();
      expectStatus('sending', await bench.send(from, to, { ...options, id }), 201);
      return id;
    },
  };
  return bench;
}

function askOnce(bench: Bench, person: Person, act: Act, options: ActOptions): Promise<Answer> {
  const { method, path } = ENDPOINTS[act];
  const { inbox = person.address, query = '', headers } = options;
  const body = bodyOf(options);
  const { invite } = bench.target;
  const invited = act === 'enrol' && invite !== undefined ? { 'letterbox-invite': invite } : {};
  return bench.target.call({
    method,
    path: `/v1/inboxes/${inbox}${path}${query}`,
    headers: {
      authorization: `Bearer ${options.token ?? bench.token(person, act, options)}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...invited,
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
}

function tokenRequest(act: Act, options: ActOptions) {
  const body = bodyOf(options);
  return { act, ...(body && { body }), ...(options.claims && { claims: options.claims }) };
}

export function bodyOf({ body }: ActOptions): Uint8Array | undefined {
  return body === undefined || body instanceof Uint8Array ? body : utf8(JSON.stringify(body));
}

/** Milliseconds until a server that is only busy wants to be asked again. */
function waitingTime({ code, headers }: Answer, { once = false }: ActOptions): number | undefined {
  if (code !== 'rate' && (code !== 'lookup-busy' || once)) return undefined;
  return Math.max(1, Number(headers['retry-after'] ?? 5)) * 1000;
}
