import { OPEN } from './admission.ts';
import type { ServerContext, ServerOptions } from './context.ts';
import { createEvents, type Events } from './events.ts';
import type { Answer } from './http.ts';
import { asProblem, problemAnswer } from './problem.ts';
import { createRates, NO_RATES } from './rates.ts';
import { createReadiness } from './readiness.ts';
import { route } from './router.ts';
import { rememberTokens } from './token-checks.ts';

/** A message server without a port: HTTP in, HTTP out, and whatever sockets its shell opens. docs/protocol.md#6 */
export interface Server {
  /**
   * Never rejects.
   * @param network where the request came from, as src/server/network.ts networkOf; without one, all come from one
   */
  readonly fetch: (request: Request, network?: string) => Promise<Response>;
  /** `GET /v1/events`, once the shell has upgraded it. */
  readonly events: Events;
  /** From now on `/readyz` says no, so that a load balancer sends nothing more. */
  readonly drain: () => void;
}

const REMEMBERED_TOKENS = 10_000;

/** An agent in a browser needs no permission for the server's host: everything is open to all origins. */
const CORS = { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'Retry-After' };
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
    checkAgain: rememberTokens(REMEMBERED_TOKENS),
    rates: createRates(options.rates ?? NO_RATES, options.clock, options.hostShare),
    rateLimits: options.rates ?? NO_RATES,
  };
  return {
    fetch: (request, network = 'unknown') => answer(context, request, network),
    events: createEvents(context),
    drain: readiness.drain,
  };
}

async function answer(context: ServerContext, request: Request, network: string): Promise<Response> {
  if (request.method === 'OPTIONS') return toResponse(PREFLIGHT);
  const started = context.clock.now();
  const { pathname, search } = new URL(request.url);
  const found = route(pathname, request.method);
  const entry = { route: found.template, method: knownMethod(request.method) };
  const ms = (): number => context.clock.now() - started;
  try {
    const result = await found.handle({ context, request, search, network });
    context.log.answered({ ...entry, status: result.status, ms: ms() });
    return toResponse(result);
  } catch (error) {
    const problem = asProblem(error, context.log);
    const result = problemAnswer(problem);
    context.log.answered({ ...entry, status: result.status, problem: problem.code, ms: ms() });
    return toResponse(result);
  }
}

/** For the log and the metrics: a caller can make up methods. */
function knownMethod(method: string): string {
  return ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'PATCH'].includes(method) ? method : 'other';
}

function toResponse({ status, body, text, headers }: Answer): Response {
  if (body === undefined) return new Response(text ?? null, { status, headers: { ...CORS, ...headers } });
  return new Response(JSON.stringify(body), {
    status,
    headers: { 'content-type': 'application/json', 'cache-control': 'no-store', ...CORS, ...headers },
  });
}
