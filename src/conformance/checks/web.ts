import { parseServerInfo } from '../../protocol/server-api.ts';
import { ENDPOINTS } from '../acts.ts';
import { ensure, expectEqual, expectJson, expectProblem } from '../expect.ts';
import type { Answer } from '../http.ts';
import { requirement, type Requirement } from '../requirement.ts';

const ORIGIN = 'https://app.example';

/** The values of a header that is a list, in lower case. */
function list(answer: Answer, header: string): string[] {
  const value = answer.headers[header];
  return String(value ?? '')
    .toLowerCase()
    .split(',')
    .map((item) => item.trim());
}

function misses(answer: Answer, header: string, ...wanted: string[]): string[] {
  return wanted.filter((value) => !list(answer, header).includes(value.toLowerCase()));
}

/** docs/protocol.md#6: what a server says of itself, and to browsers */
export const WEB: readonly Requirement[] = [
  requirement(
    '6.server',
    'tells everybody its versions, limits, retention, admission and epoch',
    async ({ target }) => {
      const answer = await target.call({ method: 'GET', path: '/v1/server' });
      expectJson('GET /v1/server', answer);
      const info = parseServerInfo(answer.bytes);
      ensure(info.versions.includes(1), `version 1 is not among ${JSON.stringify(info.versions)}`);
      ensure(Object.keys(info.limits).length > 0, 'it tells no limits');
      ensure(info.epoch !== '', 'its epoch is empty');
      const again = parseServerInfo((await target.call({ method: 'GET', path: '/v1/server' })).bytes);
      expectEqual('the epoch, asked again', again.epoch, info.epoch);
    },
  ),
  requirement(
    '6.cors.answers',
    'lets every origin read its answers and Retry-After, problems too',
    async (bench) => {
      const bob = await bench.enrolled();
      const headers = { origin: ORIGIN };
      const answers: Record<string, Answer> = {
        'GET /v1/server': await bench.target.call({ method: 'GET', path: '/v1/server', headers }),
        'a list': await bench.act(bob, 'read', { headers }),
        'a policy': await bench.act(bob, 'policy', { headers, body: { seq: 1, allowed: [], blocked: [] } }),
        'a broken token': await bench.act(bob, 'read', { headers, token: 'a.b.c' }),
        'a token of another act': await bench.act(bob, 'read', { headers, token: bench.token(bob, 'ack') }),
        'an expired cursor': await bench.act(bob, 'read', { headers, query: '?after=nonsense' }),
        'a body that is no JSON': await bench.act(bob, 'ack', { headers, body: Buffer.from('{') }),
      };
      for (const [what, answer] of Object.entries(answers)) {
        expectEqual(
          `${what}: Access-Control-Allow-Origin`,
          answer.headers['access-control-allow-origin'],
          '*',
        );
        const hidden = misses(answer, 'access-control-expose-headers', 'Retry-After');
        ensure(hidden.length === 0, `${what}: Retry-After is not exposed`);
      }
    },
  ),
  requirement(
    '6.cors.preflight',
    'answers preflights without a token, for its four methods and three headers',
    async (bench) => {
      const bob = await bench.person();
      for (const [act, { method, path }] of Object.entries(ENDPOINTS)) {
        const answer = await bench.target.call({
          method: 'OPTIONS',
          path: `/v1/inboxes/${bob.address}${path}`,
          headers: {
            origin: ORIGIN,
            'access-control-request-method': method,
            'access-control-request-headers': 'authorization,content-type',
          },
        });
        ensure(answer.status >= 200 && answer.status < 300, `${act}: ${answer.status}`);
        expectEqual(
          `${act}: Access-Control-Allow-Origin`,
          answer.headers['access-control-allow-origin'],
          '*',
        );
        const methods = misses(answer, 'access-control-allow-methods', 'GET', 'POST', 'PUT', 'DELETE');
        ensure(methods.length === 0, `${act}: ${methods.join()} not allowed`);
        const headers = misses(
          answer,
          'access-control-allow-headers',
          'Authorization',
          'Content-Type',
          'Letterbox-Invite',
        );
        ensure(headers.length === 0, `${act}: ${headers.join()} not allowed`);
      }
    },
  ),
  requirement('6.not-enrolled', 'tells only the owner that an inbox is not there', async (bench) => {
    const [bob, carol] = [await bench.person(), await bench.person()];
    for (const act of ['read', 'count'] as const) {
      expectProblem(`${act}, the owner`, await bench.act(bob, act), 'not-enrolled');
      expectProblem(`${act}, another`, await bench.act(carol, act, { inbox: bob.address }), 'token-address');
      const broken = `${bench.token(bob, act).slice(0, -86)}${'A'.repeat(85)}E`;
      const answer = await bench.act(bob, act, { token: broken });
      ensure(answer.status === 401, `${act}, with a broken signature: 401 expected, ${answer.status} found`);
    }
    for (const act of ['ack', 'delete'] as const) {
      expectProblem(act, await bench.act(bob, act, { body: { items: [] } }), 'not-enrolled');
    }
    expectProblem(
      'policy',
      await bench.act(bob, 'policy', { body: { seq: 1, allowed: [], blocked: [] } }),
      'not-enrolled',
    );
    expectProblem('leave', await bench.act(bob, 'leave'), 'not-enrolled');
  }),
];
