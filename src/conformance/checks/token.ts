import { toBase64url } from '../../protocol/bytes.ts';
import type { Digest } from '../../protocol/bytes.ts';
import type { Origin } from '../../protocol/ids.ts';
import { ACTS, bindsBody, type Act, type RequestClaims } from '../../protocol/tokens.ts';
import type { ActOptions, Bench } from '../bench.ts';
import { ensure, expectJson, expectProblem, expectStatus } from '../expect.ts';
import { newDeliveryId, type Person } from '../person.ts';
import { requirement, type Requirement } from '../requirement.ts';
import { askTime, serverTime, timeIn } from '../server-time.ts';

const ELSEWHERE = 'https://elsewhere.example' as Origin;
const DAY = 86_400;

/** A body that the endpoint of an act takes. */
function bodyFor(bench: Bench, act: Act, person: Person): Pick<ActOptions, 'body'> {
  if (act === 'enrol') return { body: bench.record(person) };
  if (act === 'send') return { body: { id: newDeliveryId(), pointer: bench.target.pointers.one } };
  if (act === 'policy') return { body: { seq: 1, allowed: [], blocked: [] } };
  return act === 'ack' || act === 'delete' ? { body: { items: [] } } : {};
}

/** Asks an act's own endpoint with a token that is right but for these claims; `send` goes to oneself. */
function withClaims(bench: Bench, person: Person, act: Act, claims: Partial<RequestClaims>) {
  const to = act === 'send' ? { to: person.address } : {};
  return bench.act(person, act, { ...bodyFor(bench, act, person), claims: { ...to, ...claims } });
}

/** docs/protocol.md#5: what a token says */
export const TOKEN: readonly Requirement[] = [
  requirement(
    '5.missing',
    'refuses a request without a token, and a token without a claim that its act needs',
    async (bench) => {
      const bob = await bench.enrolled();
      const bare = await bench.target.call({ method: 'GET', path: `/v1/inboxes/${bob.address}/count` });
      expectProblem('no Authorization', bare, 'token-invalid');
      const needs: Partial<Record<Act, readonly string[]>> = {
        count: ['sub', 'app', 'bucket', 'aud', 'act', 'iat', 'exp'],
        send: ['to', 'bh'],
        ack: ['bh'],
        leave: ['jti', 'bh'],
      };
      for (const [act, claims] of Object.entries(needs) as [Act, readonly string[]][]) {
        for (const claim of claims) {
          const answer = await withClaims(bench, bob, act, { [claim]: undefined });
          expectProblem(`${act} without ${claim}`, answer, 'token-invalid');
        }
      }
    },
  ),
  requirement('5.time-early', 'takes a token up to 60 s before its iat, and no earlier', async (bench) => {
    const bob = await bench.enrolled();
    const now = await serverTime(bench);
    const from = (iat: number) => ({ iat, exp: iat + 300 });
    expectStatus('60 s before', await withClaims(bench, bob, 'count', from(now + 60)), 200);
    expectProblem('65 s before', await withClaims(bench, bob, 'count', from(now + 65)), 'token-time');
  }),
  requirement('5.time-late', 'takes a token until 60 s after its exp, and no longer', async (bench) => {
    const bob = await bench.enrolled();
    const now = await serverTime(bench);
    const until = (exp: number) => ({ iat: exp - 300, exp });
    expectStatus('55 s after', await withClaims(bench, bob, 'count', until(now - 55)), 200);
    expectProblem('60 s after', await withClaims(bench, bob, 'count', until(now - 60)), 'token-time');
  }),
  requirement(
    '5.lifetime',
    'takes tokens of at most 300 s, for count of at most 30 days, and none that ends before it begins',
    async (bench) => {
      const bob = await bench.enrolled();
      const iat = await serverTime(bench);
      const lasting = (act: Act, seconds: number) => withClaims(bench, bob, act, { iat, exp: iat + seconds });
      expectStatus('read for 300 s', await lasting('read', 300), 200);
      expectProblem('read for 301 s', await lasting('read', 301), 'token-time');
      expectStatus('count for 30 days', await lasting('count', 30 * DAY), 200);
      expectProblem('count for 30 days and 1 s', await lasting('count', 30 * DAY + 1), 'token-time');
      expectProblem('exp equal to iat', await lasting('read', 0), 'token-time');
    },
  ),
  requirement('5.time-now', 'tells its own time with token-time', async (bench) => {
    const now = timeIn(await askTime(bench));
    ensure(now !== undefined, 'token-time does not say now');
    ensure(
      Math.abs(now - bench.now()) <= 5,
      `now is ${now}, and was about ${bench.now()} by its first answer`,
    );
  }),
  requirement('5.aud', 'refuses a token for another server', async (bench) => {
    const bob = await bench.enrolled();
    for (const act of ACTS) {
      expectProblem(
        `${act} for another server`,
        await withClaims(bench, bob, act, { aud: ELSEWHERE }),
        'token-audience',
      );
    }
  }),
  requirement('5.aud-host', 'does not take the audience from the Host header', async (bench) => {
    const bob = await bench.enrolled();
    expectStatus('its own', await bench.act(bob, 'count'), 200);
    const host = { host: new URL(ELSEWHERE).host };
    const answer = await bench.act(bob, 'count', { claims: { aud: ELSEWHERE }, headers: host });
    ensure(
      answer.status >= 400 && answer.status < 500,
      `a token for ${ELSEWHERE} with its Host: ${answer.status}`,
    );
  }),
  requirement(
    '5.aud-string',
    'refuses an aud that is no string, or its own origin with a slash',
    async (bench) => {
      const bob = await bench.enrolled();
      const list = [bench.target.origin] as unknown as Origin;
      expectProblem('a list', await withClaims(bench, bob, 'count', { aud: list }), 'token-invalid');
      const slashed = await withClaims(bench, bob, 'count', { aud: `${bench.target.origin}/` as Origin });
      expectProblem('with a slash', slashed, 'token-invalid', 'token-audience');
    },
  ),
  requirement('5.act', 'takes at each endpoint its own act only', async (bench) => {
    const bob = await bench.enrolled();
    for (const endpoint of ACTS) {
      const others = ACTS.filter((act) => act !== endpoint && !(endpoint === 'count' && act === 'read'));
      for (const act of others.filter((one) => one !== 'count')) {
        const body = bodyFor(bench, endpoint, bob);
        const token = bench.token(bob, act, { ...body, claims: { to: bob.address } });
        expectProblem(
          `${act} at ${endpoint}`,
          await bench.act(bob, endpoint, { ...body, token }),
          'token-act',
        );
      }
    }
  }),
  requirement(
    '5.count-token',
    'opens the two numbers with a count token, and nothing else',
    async (bench) => {
      const bob = await bench.enrolled();
      const iat = await serverTime(bench);
      const claims = { iat, exp: iat + 30 * DAY, to: bob.address };
      const counts = expectJson('count', await bench.act(bob, 'count', { claims }));
      ensure(
        Object.keys(counts).toSorted().join() === 'total,unread',
        `the count has ${Object.keys(counts).join()}`,
      );
      for (const endpoint of ACTS.filter((act) => act !== 'count')) {
        const body = bodyFor(bench, endpoint, bob);
        const token = bench.token(bob, 'count', { ...body, claims });
        expectProblem(
          `count at ${endpoint}`,
          await bench.act(bob, endpoint, { ...body, token }),
          'token-act',
        );
      }
    },
  ),
  requirement('5.sub', 'refuses a sub or a bucket that is not the key’s', async (bench) => {
    const [bob, carol] = [await bench.enrolled(), await bench.enrolled()];
    const asCarol = { claims: { sub: carol.address }, inbox: carol.address };
    expectProblem('another’s sub', await bench.act(bob, 'count', asCarol), 'token-address');
    expectProblem(
      'another’s bucket',
      await withClaims(bench, bob, 'count', { bucket: carol.bucket }),
      'token-address',
    );
  }),
  requirement('5.address', 'refuses a token for another inbox than the path’s', async (bench) => {
    const [bob, carol] = [await bench.enrolled(), await bench.enrolled()];
    for (const act of ACTS.filter((one) => one !== 'send')) {
      const options = { ...bodyFor(bench, act, bob), inbox: carol.address };
      expectProblem(`${act} on another’s inbox`, await bench.act(bob, act, options), 'token-address');
    }
    const astray = await bench.send(bob, carol, { claims: { to: bob.address } });
    expectProblem('send to another than the path says', astray, 'token-address');
  }),
  requirement(
    '5.record-app',
    'refuses an owner whose token names another app or bucket than the record',
    async (bench) => {
      const bob = await bench.enrolled();
      expectProblem('another app', await withClaims(bench, bob, 'read', { app: ELSEWHERE }), 'token-address');
      const bucket = bob.bucket.replace(bob.address, `other/${bob.address}`) as typeof bob.bucket;
      expectProblem('another bucket', await withClaims(bench, bob, 'read', { bucket }), 'token-address');
    },
  ),
  requirement('5.bh', 'refuses a body that is not the one the token was made for', async (bench) => {
    const bob = await bench.enrolled();
    const bh = toBase64url(new Uint8Array(32)) as Digest;
    for (const act of ACTS.filter(bindsBody)) {
      expectProblem(`${act} with another body`, await withClaims(bench, bob, act, { bh }), 'token-body');
    }
  }),
  requirement('5.reuse-read', 'takes a read token again within its time', async (bench) => {
    const bob = await bench.enrolled();
    const token = bench.token(bob, 'read');
    for (const time of ['first', 'second', 'third']) {
      expectStatus(`the ${time} time`, await bench.act(bob, 'read', { token }), 200);
    }
  }),
  requirement(
    '5.reuse-mutation',
    'answers a mutation that is repeated with the same token as before',
    async (bench) => {
      const bob = await bench.enrolled();
      for (const act of ['ack', 'delete', 'policy', 'enrol'] as const) {
        const body = bodyFor(bench, act, bob);
        const token = bench.token(bob, act, body);
        expectStatus(act, await bench.act(bob, act, { ...body, token }), 204);
        expectStatus(`${act} again`, await bench.act(bob, act, { ...body, token }), 204);
      }
    },
  ),
];
