import type { Answer } from '../http.ts';
import type { Bench } from '../bench.ts';
import { describe, ensure, expectEqual, expectProblem, expectStatus } from '../expect.ts';
import { idsOf, readPage } from '../pages.ts';
import { newName, type Person } from '../person.ts';
import { requirement, type Requirement } from '../requirement.ts';

/** docs/protocol.md#5: the recipient is looked up */
export const RECIPIENT: readonly Requirement[] = [
  requirement(
    '5.recipient.confirmed',
    'reads the recipient’s record at the well-known place before the first delivery, and not again for the next',
    async (bench) => {
      const [alice, bob] = [await bench.published(), await bench.enrolled()];
      await bench.deliver(alice, bob);
      const before = bob.site.fetched(bob.place);
      ensure(before >= 1, 'it was never read');
      await bench.deliver(alice, bob);
      await bench.deliver(await bench.published(), bob);
      expectEqual('fetches after two more deliveries', bob.site.fetched(bob.place), before);
    },
  ),
  requirement(
    '5.recipient.missing',
    'delivers nothing to an inbox whose record is not at the well-known place',
    async (bench) => {
      const [alice, bob] = [await bench.published(), await bench.person()];
      expectStatus('enrol', await bench.act(bob, 'enrol', { body: bench.record(bob) }), 204);
      expectProblem('send', await bench.send(alice, bob), 'recipient-refused', 'unavailable');
    },
  ),
  requirement('5.recipient.down', 'says unavailable while the recipient’s hub is down', async (bench) => {
    const bob = await bench.enrolled(undefined, { site: await bench.site() });
    bob.site.put(bob.place, (response) => void response.destroy());
    expectProblem('send', await bench.send(await bench.published(), bob), 'unavailable');
  }),
  requirement(
    '5.recipient.frozen',
    'refuses for an inbox whose newer record no longer lists it, until it enrols anew',
    async (bench) => {
      const [alice, bob] = [await bench.published(), await bench.enrolled()];
      const seq = bench.now() * 1000;
      bench.publish(bob, { seq: seq + 1, servers: [] });
      expectProblem('send', await bench.send(alice, bob), 'recipient-refused');
      const body = bench.publish(bob, { seq: seq + 2 });
      expectStatus('enrol anew', await bench.act(bob, 'enrol', { body }), 204);
    },
  ),
  requirement(
    '5.recipient.stranger',
    'fetches nothing about a recipient who is not enrolled, nor about who writes to them',
    async (bench) => {
      const [alice, bob] = [await bench.published(), await bench.published()];
      expectProblem('send', await bench.send(alice, bob), 'recipient-refused');
      expectProblem(
        'send with a name',
        await bench.send(alice, bob, { claims: { toName: newName() } }),
        'recipient-refused',
      );
      expectEqual('fetches', bob.site.requests, 0);
    },
  ),
  requirement('5.recipient.to-name', 'looks up no name that a sender gives the recipient', async (bench) => {
    const [alice, bob, toName] = [await bench.published(), await bench.enrolled(), newName()];
    const id = await bench.deliver(alice, bob, { claims: { toName } });
    expectEqual('listed', idsOf(await readPage(bench, bob)), [id]);
    expectEqual('questions to the registry', bench.target.hosting.registry.asked(toName), 0);
  }),
  requirement(
    '5.recipient.blocked',
    'looks nothing up for a sender whom the policy refuses',
    async (bench) => {
      const [alice, bob] = [await bench.published({}, { site: await bench.site() }), await bench.enrolled()];
      const body = { seq: 1, allowed: [], blocked: [alice.address] };
      expectStatus('policy', await bench.act(bob, 'policy', { body }), 204);
      expectProblem('send', await bench.send(alice, bob), 'recipient-refused');
      expectEqual('fetches from the sender', alice.site.fetched(alice.place), 0);
    },
  ),
  requirement(
    '5.recipient.refused',
    'refuses for every reason with the same answer, to the letter',
    async (bench) => {
      const alice = await bench.published();
      let first: { what: string; answer: Answer } | undefined;
      for (const [what, refuse] of Object.entries(REFUSALS)) {
        const answer = await refuse(bench, alice);
        expectProblem(what, answer, 'recipient-refused');
        first ??= { what, answer };
        expectEqual(`${what}, against ${first.what}`, letters(answer), letters(first.answer));
      }
    },
  ),
];

const REFUSALS: Readonly<Record<string, (bench: Bench, alice: Person) => Promise<Answer>>> = {
  'not enrolled': async (bench, alice) => bench.send(alice, await bench.published()),
  closed: async (bench, alice) =>
    bench.send(alice, await bench.enrolled({ accept: { maxBytes: 1000, unknown: 'closed' } })),
  'without a name': async (bench, alice) => bench.send(alice, await named(bench)),
  'with a name that does not hold': async (bench, alice) =>
    bench.send(alice, await named(bench), { claims: { name: newName() } }),
  blocked: async (bench, alice) => {
    const bob = await bench.enrolled();
    await bench.act(bob, 'policy', { body: { seq: 1, allowed: [], blocked: [alice.address] } });
    return bench.send(alice, bob);
  },
  'no longer listing': async (bench, alice) => {
    const bob = await bench.enrolled();
    bench.publish(bob, { seq: bench.now() * 1000 + 1, servers: [] });
    return bench.send(alice, bob);
  },
  left: async (bench, alice) => {
    const bob = await bench.enrolled();
    await bench.act(bob, 'leave');
    return bench.send(alice, bob);
  },
};

function named(bench: Bench): Promise<Person> {
  return bench.enrolled({ accept: { maxBytes: 1000, unknown: 'named' } });
}

/** All that a sender can compare; a date and the connection's own headers tell nothing. */
function letters(answer: Answer): object {
  const headers = Object.keys(answer.headers)
    .filter((name) => name !== 'date')
    .toSorted();
  return {
    answer: describe(answer),
    type: answer.headers['content-type'],
    headers,
    body: Buffer.from(answer.bytes).toString(),
  };
}
