import { allowLoopback } from '../protocol/ids.ts';
import { OPEN } from './admission.ts';
import type { ServerContext, ServerOptions } from './context.ts';
import { createEvents, type Events } from './events.ts';
import type { Answer, Asked, Reply } from './http.ts';
import { asProblem, problemAnswer } from './problem.ts';
import { nativeCodec } from './native-codec.ts';
import { createRates, NO_RATES } from './rates.ts';
import { createReadiness } from './readiness.ts';
import { route } from './router.ts';
import { rememberTokens } from './token-checks.ts';

/** A message server without a port: HTTP in, HTTP out, and whatever sockets its shell opens. docs/protocol.md#6 */
export interface Server {
  /** Never rejects. */
  readonly reply: (asked: Asked) => Promise<Reply>;
  /** `GET /v1/events`, once the shell has upgraded it. */
  readonly events: Events;
  /** From now on `/readyz` says no, so that a load balancer sends nothing more. */
  readonly drain: () => void;
}

const REMEMBERED_TOKENS = 10_000;

/** An agent in a browser needs no permission for the server's host: everything is open to all origins. */
const CORS = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'Retry-After' };
const JSON_HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-store', ...CORS };
const PREFLIGHT: Answer = {
  status: 204,
  headers: {
    'access-control-allow-methods': 'GET, POST, PUT, DELETE',
    'access-control-allow-headers': 'Authorization, Content-Type, Letterbox-Invite',
    'access-control-max-age': '86400',
  },
};

export function createServer(options: ServerOptions): Server {
  const readiness = createReadiness(options);
  const context = {
    ...options,
    ready: readiness.ready,
    admissions: options.admissions ?? OPEN,
    tokenRules: {
      [allowLoopback]: options[allowLoopback] === true,
      aud: options.origin,
      verify: options.verify,
      codec: nativeCodec,
    },
    checkAgain: rememberTokens(REMEMBERED_TOKENS),
    rates: createRates(options.rates ?? NO_RATES, options.clock, options.hostShare),
    rateLimits: options.rates ?? NO_RATES,
  };
  return {
    reply: (asked) => reply(context, asked),
    events: createEvents(context),
    drain: readiness.drain,
  };
}

async function reply(context: ServerContext, asked: Asked): Promise<Reply> {
  const { method } = asked;
  if (method === 'OPTIONS') return toReply(PREFLIGHT);
  const started = context.clock.now();
  const [path, search] = split(asked.target);
  const found = route(path, method);
  const entry = { route: found.template, method: knownMethod(method) };
  const ms = (): number => context.clock.now() - started;
  try {
    const result = await found.handle({ context, asked, search });
    context.log.answered({ ...entry, status: result.status, ms: ms() });
    return toReply(result);
  } catch (error) {
    const problem = asProblem(error, context.log);
    const result = problemAnswer(problem);
    context.log.answered({ ...entry, status: result.status, problem: problem.code, ms: ms() });
    return toReply(result);
  }
}

/** Path and query of a target; whole URLs are what proxies are asked for, and servers have to take them. RFC 9112, 3.2 */
function split(target: string): readonly [path: string, search: string] {
  const local = target.startsWith('/') ? target : target.replace(/^https?:\/\/[^/?]*/i, '');
  const query = local.indexOf('?');
  return query === -1 ? [local, ''] : [local.slice(0, query), local.slice(query)];
}

/** For the log and the metrics: a caller can make up methods. */
function knownMethod(method: string): string {
  return ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'].includes(method) ? method : 'other';
}

function toReply({ status, body, text, headers }: Answer): Reply {
  if (body === undefined)
    return { status, headers: { ...CORS, ...headers }, ...(text === undefined ? {} : { text }) };
  return {
    status,
    headers: headers === undefined ? JSON_HEADERS : { ...JSON_HEADERS, ...headers },
    text: JSON.stringify(body),
  };
}
