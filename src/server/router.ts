import { parseAddress } from '../protocol/ids.ts';
import type { Answer, Exchange, InboxExchange } from './http.ts';
import { nativeBase58check } from './native-codec.ts';
import { plainProblem } from './problem.ts';
import { acks } from './routes/acks.ts';
import { count } from './routes/count.ts';
import { deletions } from './routes/deletions.ts';
import { enrol } from './routes/enrol.ts';
import { health, ready } from './routes/health.ts';
import { info } from './routes/info.ts';
import { leave } from './routes/leave.ts';
import { list } from './routes/list.ts';
import { metrics } from './routes/metrics.ts';
import { openapi } from './routes/openapi.ts';
import { policy } from './routes/policy.ts';
import { send } from './routes/send.ts';

type Handler<Input extends Exchange> = (exchange: Input) => Answer | Promise<Answer>;
type Method = 'GET' | 'POST' | 'PUT' | 'DELETE';

interface Endpoint<Input extends Exchange> {
  readonly methods: { readonly [Name in Method]?: Handler<Input> };
}

/** What a request is for: `template` names the endpoint without naming anyone. */
export interface Route {
  readonly template: string;
  handle(exchange: Exchange): Answer | Promise<Answer>;
}

const PLAIN = new Map<string, Endpoint<Exchange>>([
  ['/v1/server', { methods: { GET: info } }],
  ['/v1/events', { methods: { GET: () => plainProblem(426, 'upgrade required', { upgrade: 'websocket' }) } }],
  ['/v1/openapi.json', { methods: { GET: openapi } }],
  ['/healthz', { methods: { GET: health } }],
  ['/readyz', { methods: { GET: ready } }],
  ['/metrics', { methods: { GET: metrics } }],
]);

const INBOX = new Map<string, Endpoint<InboxExchange> & Pick<Route, 'template'>>([
  ['', ofInbox('', { PUT: enrol, DELETE: leave })],
  ['/messages', ofInbox('/messages', { POST: send, GET: list })],
  ['/count', ofInbox('/count', { GET: count })],
  ['/acks', ofInbox('/acks', { POST: acks })],
  ['/deletions', ofInbox('/deletions', { POST: deletions })],
  ['/policy', ofInbox('/policy', { PUT: policy })],
]);

function ofInbox(rest: string, methods: Endpoint<InboxExchange>['methods']) {
  return { template: `/v1/inboxes/{address}${rest}`, methods };
}

/** Every endpoint: the template of its path, and its methods. */
export function endpoints(): (readonly [template: string, methods: readonly string[]])[] {
  const inbox = [...INBOX.values()].map((endpoint) => [endpoint.template, endpoint] as const);
  return [...PLAIN, ...inbox].map(([template, { methods }]) => [template, Object.keys(methods)] as const);
}

/** Finds the endpoint for a path and method. */
export function route(path: string, method: string): Route {
  const [, address, rest = ''] = /^\/v1\/inboxes\/([^/]+)(\/[a-z]+)?$/.exec(path) ?? [];
  return address === undefined ? plainRoute(path, method) : inboxRoute(address, rest, method);
}

function plainRoute(path: string, method: string): Route {
  const endpoint = PLAIN.get(path);
  return endpoint === undefined ? UNKNOWN : { template: path, handle: handlerOf(endpoint, method) };
}

function inboxRoute(address: string, rest: string, method: string): Route {
  const endpoint = INBOX.get(rest);
  if (endpoint === undefined) return UNKNOWN;
  const handle = handlerOf(endpoint, method);
  return {
    template: endpoint.template,
    handle: (exchange) =>
      handle({ ...exchange, address: parseAddress(address, 'address', nativeBase58check) }),
  };
}

const UNKNOWN: Route = { template: 'unknown', handle: () => plainProblem(404, 'not found') };

/** Whoever asks with HEAD is answered as with GET, and the shell leaves the body out. RFC 9110, 9.3.2 */
function handlerOf<Input extends Exchange>({ methods }: Endpoint<Input>, method: string): Handler<Input> {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const handler = Object.hasOwn(methods, wanted) ? methods[wanted as Method] : undefined;
  const allow = Object.keys(methods).map((name) => (name === 'GET' ? 'GET, HEAD' : name));
  return handler ?? (() => plainProblem(405, 'method not allowed', { allow: allow.join(', ') }));
}
