import { PROBLEM_FORMS } from '../../src/conformance/checks/problems.ts';
import type { Fault, Passing, ProxyAnswer } from './proxy.ts';

/** One way to be a bad server, and the lines that must find it. */
export interface Breakage {
  readonly name: string;
  readonly fails: readonly string[];
  /** A fresh one: some remember. */
  fault(): Fault;
}

type Json = Record<string, unknown>;

const EMPTY_PAGE = { items: [], cursor: 'none', more: false, unread: 0, total: 0 };

function json(body: Buffer): Json {
  return body.length === 0 ? {} : (JSON.parse(body.toString()) as Json);
}

function codeOf({ headers, body }: ProxyAnswer): string | undefined {
  if (headers['content-type'] !== 'application/problem+json') return undefined;
  return String(json(body)['type']).slice('urn:letterbox:problem:'.length);
}

/** What the caller's token says, unchecked. */
function claimsOf({ headers }: Passing): Json {
  const [, payload = ''] = (headers.authorization ?? '').split('.');
  try {
    return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

function answered(status: number, body?: object): ProxyAnswer {
  return {
    status,
    headers: {
      'content-type': 'application/json',
      'access-control-allow-origin': '*',
      'access-control-expose-headers': 'Retry-After',
    },
    body: Buffer.from(body === undefined ? '' : JSON.stringify(body)),
  };
}

/** What an endpoint answers when all is well. */
export function success({ method, path }: Passing): ProxyAnswer {
  if (method === 'GET') return answered(200, EMPTY_PAGE);
  return path.endsWith('/messages') ? answered(201, { receivedAt: 1, expires: 2 }) : answered(204);
}

function withBody(answer: ProxyAnswer, change: (body: Json) => Json): ProxyAnswer {
  return { ...answer, body: Buffer.from(JSON.stringify(change(json(answer.body)))) };
}

/** Where the server says no with this code, it says something else. */
function instead(code: string, change: (answer: ProxyAnswer, passing: Passing) => ProxyAnswer): Fault {
  return { answer: (answer, passing) => (codeOf(answer) === code ? change(answer, passing) : answer) };
}

const sends = ({ method, path }: Passing): boolean => method === 'POST' && path.endsWith('/messages');
const lists = ({ method, path }: Passing): boolean => method === 'GET' && /\/messages(\?|$)/.test(path);
const inboxOf = ({ path }: Passing): string => path.split('/')[3] ?? '';

/** Pages by how many items stand before: what deleting changes. */
async function numbered(passing: Passing): Promise<ProxyAnswer | undefined> {
  const [path = '', search = ''] = passing.path.split('?');
  const query = new URLSearchParams(search);
  const after = query.get('after');
  if (!lists(passing) || (after !== null && !/^\d+$/.test(after))) return undefined;
  const limit = query.get('limit') ?? '100';
  const first = await passing.ask(
    `${path}?${new URLSearchParams({ limit, ...(query.has('unread') && { unread: '1' }) }).toString()}`,
  );
  if (first.status !== 200) return first;
  const all = json((await passing.ask(`${path}?limit=200${query.has('unread') ? '&unread=1' : ''}`)).body);
  const items = all['items'] as unknown[];
  const start = Number(after ?? 0);
  const page = items.slice(start, start + Number(limit));
  const cursor = String(start + page.length);
  return withBody(first, (body) => ({
    ...body,
    items: page,
    cursor,
    more: start + page.length < items.length,
  }));
}

function tracksEnrolments(): Fault {
  const enrolled = new Set<string>();
  return {
    answer(answer, passing) {
      const { method } = passing;
      if (method === 'PUT' && answer.status === 204) enrolled.add(inboxOf(passing));
      if (method !== 'POST' || codeOf(answer) !== 'recipient-refused' || enrolled.has(inboxOf(passing)))
        return answer;
      return withBody(answer, (body) => ({ ...body, detail: 'no such inbox' }));
    },
  };
}

function idsForAll(): Fault {
  const owners = new Map<unknown, string>();
  return {
    answer(answer, passing) {
      if (!sends(passing) || answer.status !== 201) return answer;
      const { id } = json(passing.body);
      const pair = `${String(claimsOf(passing)['sub'])} ${inboxOf(passing)}`;
      const owner = owners.get(id) ?? pair;
      owners.set(id, owner);
      return owner === pair ? answer : answered(409);
    },
  };
}

function gossips(): Fault {
  let last: unknown;
  return {
    request(passing) {
      if (sends(passing)) last = claimsOf(passing)['sub'];
      return undefined;
    },
    event: (text) => ({
      text: text.includes('"hint"') ? text.replace('{', `{"from":${JSON.stringify(last)},`) : text,
    }),
  };
}

/** Looks each sender up for each send, before anything else. */
async function nosy(passing: Passing): Promise<undefined> {
  const bucket = claimsOf(passing)['bucket'];
  if (!sends(passing) || typeof bucket !== 'string' || !bucket.startsWith('http://127.0.0.1:')) return;
  const signal = AbortSignal.timeout(1500);
  const asked = fetch(`${bucket}.well-known/letterbox.json`, { redirect: 'manual', signal });
  await asked.then(
    (response) => response.body?.cancel(),
    () => undefined, // its own business: the server behind asks for itself
  );
}

/** Servers that are bad in several ways at once, each of which shows in lines of its own. */
export const BROKEN: Readonly<Record<string, readonly Breakage[]>> = {
  'a trusting server': [
    {
      name: 'takes tokens for any audience',
      fails: ['5.aud', '5.aud-host', '5.order.aud', '6.problem.token-audience'],
      fault: () => instead('token-audience', (_answer, passing) => success(passing)),
    },
    {
      name: 'lets count tokens read',
      fails: ['5.count-token', '6.problem.token-act'],
      fault: () =>
        instead('token-act', (answer, passing) =>
          lists(passing) && claimsOf(passing)['act'] === 'count' ? success(passing) : answer,
        ),
    },
    {
      name: 'takes a leave again, and any enrolment after it',
      fails: ['5.leave-replay', '5.leave-enrol', '6.problem.token-replayed'],
      fault: () => instead('token-replayed', () => answered(204)),
    },
    {
      name: 'takes policies in any order',
      fails: ['6.policy.seq'],
      fault: () => instead('seq', (answer, { path }) => (path.endsWith('/policy') ? answered(204) : answer)),
    },
    {
      name: 'takes high s',
      fails: ['jws.high-s'],
      fault: () =>
        instead('token-invalid', (answer, passing) => {
          const signature = Buffer.from(passing.headers.authorization?.split('.')[2] ?? '', 'base64url');
          const forged = signature.length === 64 && (signature[32] ?? 0) >= 0x80;
          return forged && lists({ ...passing, path: passing.path.replace(/count$/, 'messages') })
            ? success(passing)
            : answer;
        }),
    },
    {
      name: 'passes over unread=1',
      fails: ['6.list.unread'],
      fault: () => ({ request: (passing) => void (passing.path = passing.path.replace(/unread=1&?/, '')) }),
    },
    {
      name: 'reads bodies to their end, however long',
      fails: ['6.limits.announced', '6.limits.endless'],
      fault: () => ({ hoards: true }),
    },
  ],
  'a forgetful server': [
    {
      name: 'says 201 each time',
      fails: ['7.repeat', '6.send.once', '6.send.remembered'],
      fault: () => ({
        answer: (answer, passing) =>
          sends(passing) && answer.status === 200 ? { ...answer, status: 201 } : answer,
      }),
    },
    {
      name: 'counts the place in the list',
      fails: ['6.list.stable'],
      fault: () => ({ request: numbered }),
    },
    {
      name: 'knows deliveries by their id alone',
      fails: ['6.send.scope', '6.acks'],
      fault: idsForAll,
    },
    {
      name: 'does not say when a subscription expired',
      fails: ['6.events.expired'],
      fault: () => ({ event: (text) => (text.includes('"expired"') ? {} : { text }) }),
    },
    {
      name: 'tells no Retry-After',
      fails: ['6.problem.inbox-full', '6.problem.quota', '6.problem.lookup-busy', '6.problem.unavailable'],
      fault: () => ({
        answer({ headers: { 'retry-after': _after, ...headers }, ...answer }) {
          return { ...answer, headers };
        },
      }),
    },
  ],
  'a talkative server': [
    {
      name: 'says whom it does not know',
      fails: ['5.recipient.refused'],
      fault: tracksEnrolments,
    },
    {
      name: 'puts the sender into its hint',
      fails: ['6.events.content'],
      fault: gossips,
    },
    {
      name: 'looks at the audience before the times',
      fails: ['5.order.times'],
      fault: () =>
        instead('token-time', (answer, passing) =>
          claimsOf(passing)['aud'] === 'https://elsewhere.example'
            ? withBody({ ...answer, status: 403 }, (body) => ({
                ...body,
                type: 'urn:letterbox:problem:token-audience',
                status: 403,
              }))
            : answer,
        ),
    },
    {
      name: 'takes another pointer under a known id',
      fails: ['5.order.duplicate', '6.send.conflict', '6.send.remembered', '6.problem.conflict'],
      fault: () => instead('conflict', () => answered(200, { receivedAt: 1, expires: 2 })),
    },
    {
      name: 'hides its problems from browsers',
      fails: ['6.cors.answers'],
      fault: () => ({
        answer(answer) {
          const { 'access-control-allow-origin': _origin, ...headers } = answer.headers;
          return answer.status < 400 ? answer : { ...answer, headers };
        },
      }),
    },
    {
      name: 'wants a token for a preflight',
      fails: ['6.cors.preflight'],
      fault: () => ({ request: ({ method }) => (method === 'OPTIONS' ? answered(401) : undefined) }),
    },
    {
      name: 'hangs up after a refused subscription',
      fails: ['6.events.refused', '6.events.limit'],
      fault: () => ({ event: (text) => ({ text, close: text.includes('"refused"') }) }),
    },
  ],
  'a nosy server': [
    {
      name: 'looks up who sends before it checks anything, each time',
      fails: [
        '5.recipient.stranger',
        '5.recipient.blocked',
        '5.sender.cached',
        '5.sender.missing',
        '5.sender.single-flight',
        '5.rates.at-once',
        '5.rates.minute',
      ],
      fault: () => ({ request: nosy }),
    },
    {
      name: 'does not tell its time',
      fails: ['5.time-now'],
      fault: () => instead('token-time', (answer) => withBody(answer, ({ now: _now, ...body }) => body)),
    },
    {
      name: 'sends problems as any JSON',
      fails: PROBLEM_FORMS.map(({ id }) => id),
      fault: () => ({
        answer: (answer) =>
          codeOf(answer) === undefined
            ? answer
            : { ...answer, headers: { ...answer.headers, 'content-type': 'application/json' } },
      }),
    },
  ],
};
