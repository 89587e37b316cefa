import type { Bench } from '../bench.ts';
import { ensure, expectEqual, expectProblem, expectStatus } from '../expect.ts';
import { registerName } from '../named.ts';
import { readPage } from '../pages.ts';
import { newName, type Person } from '../person.ts';
import { requirement, type Requirement } from '../requirement.ts';

/** A sender whose name leads to their bucket, and whose record names it back. */
async function called(bench: Bench) {
  const name = newName();
  const alice = await bench.published({ name });
  await registerName(bench, name, alice);
  return { alice, name };
}

function namedOnly(bench: Bench): Promise<Person> {
  return bench.enrolled({ accept: { maxBytes: 1000, unknown: 'named' } });
}

/** docs/protocol.md#1 and #5: a name that a sender claims */
export const NAMES: readonly Requirement[] = [
  requirement(
    '5.name.verified',
    'follows a claimed name through registry and profile to the sender’s bucket, and lists it with the delivery',
    async (bench) => {
      const { alice, name } = await called(bench);
      const bob = await bench.enrolled();
      await bench.deliver(alice, bob, { claims: { name } });
      ensure(
        bench.target.hosting.registry.asked(name) >= 1,
        'it never asked the registry (is the suite’s its registry?)',
      );
      expectEqual('the sender’s name', (await readPage(bench, bob)).items[0]?.from.name, name);
    },
  ),
  requirement(
    '5.name.false',
    'refuses a sender whose name leads nowhere, elsewhere, or is not named back',
    async (bench) => {
      const bob = await bench.enrolled();
      const { name: others } = await called(bench);
      const [lonely, strayed] = [newName(), newName()];
      const alice = await bench.published();
      await registerName(bench, lonely, alice);
      expectProblem(
        'not registered',
        await bench.send(alice, bob, { claims: { name: newName() } }),
        'sender-unverified',
      );
      expectProblem(
        'somebody else’s',
        await bench.send(alice, bob, { claims: { name: others } }),
        'sender-unverified',
      );
      expectProblem(
        'not in the record',
        await bench.send(alice, bob, { claims: { name: lonely } }),
        'sender-unverified',
      );
      const carol = await bench.published({ name: strayed });
      await registerName(bench, strayed, carol, alice.bucket);
      expectProblem(
        'leading elsewhere',
        await bench.send(carol, bob, { claims: { name: strayed } }),
        'sender-unverified',
      );
    },
  ),
  requirement('5.name.unclaimed', 'looks up no name that the sender does not claim', async (bench) => {
    const { alice, name } = await called(bench);
    const bob = await bench.enrolled();
    await bench.deliver(alice, bob);
    expectEqual('questions to the registry', bench.target.hosting.registry.asked(name), 0);
    const [item] = (await readPage(bench, bob)).items;
    expectEqual('from', item?.from, { address: alice.address, bucket: alice.bucket });
  }),
  requirement(
    '5.name.named',
    'lets strangers with a name that holds through to an inbox for named ones, and no others',
    async (bench) => {
      const { alice, name } = await called(bench);
      const bob = await namedOnly(bench);
      expectProblem('without a name', await bench.send(alice, bob), 'recipient-refused');
      expectProblem(
        'with a false one',
        await bench.send(alice, bob, { claims: { name: newName() } }),
        'recipient-refused',
      );
      expectStatus('with their own', await bench.send(alice, bob, { claims: { name } }), 201);
    },
  ),
];
