import { utf8 } from '../protocol/bytes.ts';
import { isLetterboxError } from '../protocol/errors.ts';
import type { Address } from '../protocol/ids.ts';
import type { Clock, Fetch } from '../protocol/ports.ts';
import type { ServerEntry } from '../protocol/record.ts';
import {
  parseAcceptance,
  parseCounts,
  parseDeliveryPage,
  parseServerInfo,
  type DeliveryKey,
} from '../protocol/server-api.ts';
import type { Act } from '../protocol/tokens.ts';
import type { Caller, Transport } from '../protocol/transport.ts';
import { requirePublicPlace } from '../gaia/places.ts';
import { request, type HttpRequest } from './http.ts';
import { listen } from './letterbox-events.ts';
import { createServerClock, type ServerClock } from './server-clock.ts';
import type { OpenSocket } from './socket.ts';

export type LetterboxEntry = Extract<ServerEntry, { type: 'letterbox' }>;

export interface LetterboxPorts {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly openSocket: OpenSocket;
}

interface Call {
  readonly act: Act;
  readonly method: HttpRequest['method'];
  /** Beneath `/v1/inboxes/`. */
  readonly path: string;
  readonly body?: Uint8Array;
  readonly headers?: HttpRequest['headers'];
  readonly to?: Pick<Parameters<Caller['authorize']>[0], 'to' | 'toName'>;
}

const NO_BODY = new Uint8Array();
const ANSWER_MAX_BYTES = 64 * 1024;
/** 200 deliveries of one pointer and its sender each. */
const PAGE_MAX_BYTES = 1024 * 1024;

/** The message server's HTTP API as a transport. docs/protocol.md#6 */
export function createLetterboxTransport(ports: LetterboxPorts): Transport<LetterboxEntry> {
  const clock = createServerClock(ports.clock);
  const call = (server: LetterboxEntry, caller: Caller, asked: Call): Promise<Uint8Array> =>
    callServer(ports.fetch, clock, { server, caller, asked });

  return {
    type: 'letterbox',

    async info(server) {
      const asked = {
        method: 'GET',
        url: `${server.url}/v1/server`,
        body: NO_BODY,
        maxBytes: ANSWER_MAX_BYTES,
      } as const;
      return parseServerInfo(await request(ports.fetch, asked));
    },

    clockOffset: ({ url }) => clock.offset(url),

    async askTime(server, caller) {
      try {
        await call(server, caller, countCall('read', caller.address)); // one of `count` may be old
      } catch (error) {
        if (!isLetterboxError(error, 'not-enrolled')) throw error; // which comes after the times
      }
      return clock.offset(server.url);
    },

    async enrol(server, caller, record, invite) {
      const headers = invite === undefined ? {} : { 'Letterbox-Invite': invite };
      await call(server, caller, {
        act: 'enrol',
        method: 'PUT',
        path: caller.address,
        body: record,
        headers,
      });
    },

    async leave(server, caller) {
      await call(server, caller, { act: 'leave', method: 'DELETE', path: caller.address });
    },

    async deliver(server, caller, { id, to, toName, pointer }) {
      const body = json({ id, pointer });
      const recipient = { to, ...(toName === undefined ? {} : { toName }) };
      const asked = { act: 'send', method: 'POST', path: `${to}/messages`, body, to: recipient } as const;
      return parseAcceptance(await call(server, caller, asked));
    },

    async list(server, caller, after) {
      const query = after === undefined ? '' : `?after=${encodeQuery(after)}`;
      const path = `${caller.address}/messages${query}`;
      return parseDeliveryPage(
        await call(server, caller, { act: 'read', method: 'GET', path }),
        caller.places ?? {},
      );
    },

    async count(server, caller) {
      return parseCounts(await call(server, caller, countCall('count', caller.address)));
    },

    async acknowledge(server, caller, items) {
      await call(server, caller, itemsCall('ack', 'acks', caller.address, items));
    },

    async remove(server, caller, items) {
      await call(server, caller, itemsCall('delete', 'deletions', caller.address, items));
    },

    async setPolicy(server, caller, policy) {
      const path = `${caller.address}/policy`;
      await call(server, caller, { act: 'policy', method: 'PUT', path, body: json(policy) });
    },

    listen: (server, callers, events) =>
      listen(ports.openSocket, clock, { server: server.url, callers, events }),
  };
}

interface ServerCall {
  readonly server: LetterboxEntry;
  readonly caller: Caller;
  readonly asked: Call;
}

/** Each try carries a fresh token; the first refusal for its time teaches the server's and is tried once more. */
async function callServer(fetch: Fetch, clock: ServerClock, call: ServerCall): Promise<Uint8Array> {
  try {
    return await tryOnce(fetch, clock, call);
  } catch (error) {
    if (!isLetterboxError(error, 'token-time')) throw error;
    clock.learn(call.server.url, error.context.now);
    return tryOnce(fetch, clock, call);
  }
}

async function tryOnce(
  fetch: Fetch,
  clock: ServerClock,
  { server, caller, asked }: ServerCall,
): Promise<Uint8Array> {
  const { act, method, path, body = NO_BODY, headers = {}, to = {} } = asked;
  requirePublicPlace(server.url, caller.places);
  const token = caller.authorize({ aud: server.url, act, now: clock.now(server.url), body, ...to });
  const url = `${server.url}/v1/inboxes/${path}`;
  const maxBytes = method === 'GET' ? PAGE_MAX_BYTES : ANSWER_MAX_BYTES;
  return request(fetch, { method, url, token, headers, body, maxBytes });
}

function countCall(act: 'count' | 'read', address: Address): Call {
  return { act, method: 'GET', path: `${address}/count` };
}

function itemsCall(
  act: 'ack' | 'delete',
  path: string,
  address: Address,
  items: readonly DeliveryKey[],
): Call {
  return { act, method: 'POST', path: `${address}/${path}`, body: json({ items }) };
}

function json(value: unknown): Uint8Array {
  return utf8(JSON.stringify(value));
}

function encodeQuery(value: string): string {
  return new URLSearchParams({ value }).toString().slice('value='.length);
}
