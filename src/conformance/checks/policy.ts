import { utf8 } from '../../protocol/bytes.ts';
import type { Address } from '../../protocol/ids.ts';
import type { Bench } from '../bench.ts';
import { expectEqual, expectProblem, expectStatus } from '../expect.ts';
import { readPage } from '../pages.ts';
import type { Person } from '../person.ts';
import { requirement, type Requirement } from '../requirement.ts';

const setPolicy = (bench: Bench, bob: Person, seq: number, allowed: Address[], blocked: Address[]) =>
  bench.act(bob, 'policy', { body: { seq, allowed, blocked } });

async function allow(bench: Bench, bob: Person, seq: number, ...allowed: Person[]): Promise<void> {
  const addresses = allowed.map(({ address }) => address);
  expectStatus('policy', await setPolicy(bench, bob, seq, addresses, []), 204);
}

/** docs/protocol.md#6: whom the owner allows and blocks */
export const POLICY: readonly Requirement[] = [
  requirement(
    '6.policy.seq',
    'takes a policy of a higher seq or the same one again, and no lower or other one',
    async (bench) => {
      const [alice, bob] = [await bench.person(), await bench.enrolled()];
      const put = (seq: number, blocked: Address[]) => setPolicy(bench, bob, seq, [], blocked);
      expectStatus('seq 5', await put(5, []), 204);
      expectStatus('the same again', await put(5, []), 204);
      expectProblem('seq 5 with another body', await put(5, [alice.address]), 'seq');
      expectProblem('seq 4', await put(4, []), 'seq');
      expectStatus('seq 6', await put(6, [alice.address]), 204);
      expectProblem('seq 5 once more', await put(5, []), 'seq');
    },
  ),
  requirement(
    '6.policy.blocked',
    'refuses whom the policy blocks, also where it allows them, and takes them when it no longer does',
    async (bench) => {
      const [alice, bob] = [await bench.published(), await bench.enrolled()];
      expectStatus('both', await setPolicy(bench, bob, 1, [alice.address], [alice.address]), 204);
      expectProblem('allowed and blocked', await bench.send(alice, bob), 'recipient-refused');
      expectStatus('neither', await setPolicy(bench, bob, 2, [], []), 204);
      expectStatus('no longer blocked', await bench.send(alice, bob), 201);
    },
  ),
  requirement(
    '6.policy.allowed',
    'lets whom the policy allows through to closed inboxes and those for named ones, for as long',
    async (bench) => {
      for (const unknown of ['closed', 'named'] as const) {
        const [alice, bob] = [
          await bench.published(),
          await bench.enrolled({ accept: { maxBytes: 1000, unknown } }),
        ];
        expectProblem(`${unknown}, unknown`, await bench.send(alice, bob), 'recipient-refused');
        await allow(bench, bob, 1, alice);
        expectStatus(`${unknown}, allowed`, await bench.send(alice, bob), 201);
        await allow(bench, bob, 2);
        expectProblem(`${unknown}, no longer allowed`, await bench.send(alice, bob), 'recipient-refused');
      }
    },
  ),
  requirement(
    '6.policy.malformed',
    'refuses a policy that is not two lists of addresses and a seq',
    async (bench) => {
      const bob = await bench.enrolled();
      const bodies = {
        'no seq': { allowed: [], blocked: [] },
        'no blocked': { seq: 1, allowed: [] },
        'not an address': { seq: 1, allowed: ['bob'], blocked: [] },
        'a negative seq': { seq: -1, allowed: [], blocked: [] },
      };
      for (const [what, body] of Object.entries(bodies)) {
        expectProblem(what, await bench.act(bob, 'policy', { body }), 'malformed');
      }
      const fraction = utf8('{"seq":1.0,"allowed":[],"blocked":[]}');
      expectProblem('seq as 1.0', await bench.act(bob, 'policy', { body: fraction }), 'malformed');
    },
  ),
  requirement(
    '6.quota.sender',
    'keeps five deliveries of a stranger, then says quota, until the stranger is allowed',
    async (bench) => {
      const [alice, bob] = [await bench.published(), await bench.enrolled()];
      for (const _time of [1, 2, 3, 4, 5]) await bench.deliver(alice, bob);
      expectProblem('the sixth', await bench.send(alice, bob), 'quota');
      await allow(bench, bob, 1, alice);
      expectStatus('once allowed', await bench.send(alice, bob), 201);
      expectEqual('stored', (await readPage(bench, bob)).total, 6);
    },
  ),
  requirement(
    '6.quota.inbox',
    'keeps 200 deliveries of all strangers together, which take nothing from contacts',
    async (bench) => {
      const [carol, bob] = [await bench.published(), await bench.enrolled()];
      await allow(bench, bob, 1, carol);
      let site = await bench.site();
      for (let strangers = 0; strangers < 40; strangers += 1) {
        if (strangers % 20 === 0) site = await bench.site(); // so that no host is asked too often
        const alice = await bench.published({}, { site });
        for (const _time of [1, 2, 3, 4, 5]) await bench.deliver(alice, bob);
      }
      expectProblem(
        'the 201st',
        await bench.send(await bench.published({}, { site: await bench.site() }), bob),
        'quota',
      );
      expectStatus('a contact’s', await bench.send(carol, bob), 201);
      expectEqual('stored', (await readPage(bench, bob)).total, 201);
    },
  ),
];
