import { setTimeout as sleep } from 'node:timers/promises';
import { toBase64url, type Digest } from '../../protocol/bytes.ts';
import type { Origin } from '../../protocol/ids.ts';
import { PROBLEMS, type ProblemCode } from '../../protocol/problem.ts';
import type { Bench } from '../bench.ts';
import { ensure, expectEqual, expectProblem, expectStatus } from '../expect.ts';
import type { Answer } from '../http.ts';
import { requirement, type Requirement } from '../requirement.ts';
import { Untried } from '../untried.ts';

/** How to get each problem. `rate` comes only after more than a suite should ask for. */
const PROVOKED: Readonly<Partial<Record<ProblemCode, (bench: Bench) => Promise<Answer>>>> = {
  malformed: async (bench) => bench.act(await bench.enrolled(), 'ack', { body: Buffer.from('{') }),
  'token-invalid': async (bench) => bench.act(await bench.enrolled(), 'read', { token: 'a.b.c' }),
  'token-time': async (bench) => bench.act(await bench.enrolled(), 'read', { claims: { iat: 1, exp: 2 } }),
  'token-audience': async (bench) =>
    bench.act(await bench.enrolled(), 'read', { claims: { aud: 'https://elsewhere.example' as Origin } }),
  'token-act': async (bench) => bench.act(await bench.enrolled(), 'read', { claims: { act: 'count' } }),
  'token-address': async (bench) =>
    bench.act(await bench.enrolled(), 'read', { inbox: (await bench.enrolled()).address }),
  'token-body': async (bench) =>
    bench.act(await bench.enrolled(), 'leave', { claims: { bh: toBase64url(new Uint8Array(32)) as Digest } }),
  'recipient-refused': async (bench) => bench.send(await bench.published(), await bench.published()),
  'sender-unverified': async (bench) => bench.send(await bench.person(), await bench.enrolled()),
  'not-enrolled': async (bench) => bench.act(await bench.person(), 'read'),
  conflict: async (bench) => {
    const [alice, bob] = [await bench.published(), await bench.enrolled()];
    const id = await bench.deliver(alice, bob);
    return bench.send(alice, bob, { id, pointer: bench.target.pointers.other });
  },
  seq: async (bench) => {
    const bob = await bench.enrolled();
    return bench.act(bob, 'enrol', { body: bench.record(bob, { seq: 1 }) });
  },
  'token-replayed': async (bench) => {
    const bob = await bench.enrolled();
    const token = bench.token(bob, 'leave');
    expectStatus('leave', await bench.act(bob, 'leave', { token }), 204);
    return bench.act(bob, 'leave', { token });
  },
  'cursor-expired': async (bench) => bench.act(await bench.enrolled(), 'read', { query: '?after=nonsense' }),
  'too-large': async (bench) =>
    bench.act(await bench.enrolled(), 'ack', { body: Buffer.alloc(32 * 1024 + 1, ' ') }),
  'inbox-full': async (bench) => {
    const { stored } = bench.target;
    if (stored === undefined) throw new Untried('only with --stored-per-inbox');
    const [alice, bob] = [await bench.published(), await bench.enrolled()];
    const body = { seq: 1, allowed: [alice.address], blocked: [] };
    expectStatus('policy', await bench.act(bob, 'policy', { body }), 204);
    for (let kept = 0; kept < stored; kept += 1) await bench.deliver(alice, bob);
    return bench.send(alice, bob);
  },
  quota: async (bench) => {
    const [alice, bob] = [await bench.published(), await bench.enrolled()];
    for (const _time of [1, 2, 3, 4, 5]) await bench.deliver(alice, bob);
    return bench.send(alice, bob);
  },
  'lookup-busy': async (bench) => {
    const bob = await bench.enrolled();
    await bench.deliver(await bench.published(), bob);
    const site = await bench.site();
    const many = await Promise.all(Array.from({ length: 8 }, () => bench.published({}, { site })));
    for (const one of many)
      site.put(one.place, (response) => void sleep(700).then(() => response.writeHead(404).end()));
    const answers = await Promise.all(many.map((one) => bench.send(one, bob, { once: true })));
    const busy = answers.find(({ code }) => code === 'lookup-busy');
    ensure(busy !== undefined, 'eight look-ups at once at one host: none was lookup-busy');
    return busy;
  },
  unavailable: async (bench) => {
    const bob = await bench.enrolled();
    bob.site.put(bob.place, (response) => void response.destroy());
    return bench.send(await bench.published(), bob);
  },
};

/** docs/protocol.md#6: each problem by its status, type, retry and headers (RFC 9457) */
export const PROBLEM_FORMS: readonly Requirement[] = (Object.keys(PROVOKED) as ProblemCode[]).map((code) => {
  const { status, retry } = PROBLEMS[code];
  const after = retry === 'after' ? ' with Retry-After' : '';
  return requirement(
    `6.problem.${code}`,
    `says ${code} as ${status} problem+json, retry ${retry}${after}`,
    async (bench) => {
      const answer = await PROVOKED[code]?.(bench);
      ensure(answer !== undefined, 'nothing provokes it');
      expectProblem(code, answer, code);
      const [type] = String(answer.headers['content-type']).toLowerCase().split(';');
      expectEqual('Content-Type', type?.trim(), 'application/problem+json');
      expectEqual('type', answer.json?.['type'], `urn:letterbox:problem:${code}`);
      expectEqual('status', answer.json?.['status'], status);
      expectEqual('retry', answer.json?.['retry'], retry);
      const retryAfter = answer.headers['retry-after'];
      if (retry === 'after')
        ensure(/^\d+$/.test(retryAfter ?? ''), `Retry-After is ${retryAfter ?? 'not there'}`);
      else expectEqual('Retry-After', retryAfter, undefined);
    },
  );
});
