import type { Origin } from '../../protocol/ids.ts';
import { integer } from '../../protocol/json.ts';
import type { Bench } from '../bench.ts';
import { ensure, expectEqual, expectJson, expectProblem, expectStatus } from '../expect.ts';
import { idsOf, readPage } from '../pages.ts';
import { newDeliveryId } from '../person.ts';
import { requirement, type Requirement } from '../requirement.ts';

const DAY = 86_400;

async function pair(bench: Bench) {
  return { alice: await bench.published(), bob: await bench.enrolled() };
}

/** docs/protocol.md#6 and #7: sending */
export const SEND: readonly Requirement[] = [
  requirement(
    '6.send.stored',
    'answers 201 with when it received a delivery and until when it keeps it, and lists it',
    async (bench) => {
      const { alice, bob } = await pair(bench);
      const id = newDeliveryId();
      const body = expectJson('send', await bench.send(alice, bob, { id }), 201);
      const [receivedAt, expires] = [
        integer(body, 'receivedAt', 'answer'),
        integer(body, 'expires', 'answer'),
      ];
      ensure(Math.abs(receivedAt - bench.now()) <= 5, `receivedAt is ${receivedAt} at ${bench.now()}`);
      const [item] = (await readPage(bench, bob)).items;
      const { one } = bench.target.pointers;
      expectEqual(
        'as listed',
        [item?.id, item?.pointer, item?.receivedAt, item?.expires, item?.read],
        [id, one, receivedAt, expires, false],
      );
      expectEqual('from', item?.from, { address: alice.address, bucket: alice.bucket });
    },
  ),
  requirement('6.send.retention', 'keeps deliveries for the 30 days that it tells', async (bench) => {
    const { alice, bob } = await pair(bench);
    const { retention } = expectJson(
      'server',
      await bench.target.call({ method: 'GET', path: '/v1/server' }),
    );
    const body = expectJson('send', await bench.send(alice, bob), 201);
    expectEqual(
      'expires − receivedAt',
      integer(body, 'expires', 'answer') - integer(body, 'receivedAt', 'answer'),
      retention,
    );
    expectEqual('retention', retention, 30 * DAY);
  }),
  requirement(
    '7.repeat',
    'answers a repeated delivery with 200 and the same words, and lists it once',
    async (bench) => {
      const { alice, bob } = await pair(bench);
      const id = newDeliveryId();
      const first = expectJson('send', await bench.send(alice, bob, { id }), 201);
      for (const time of ['again', 'once more']) {
        const again = expectJson(time, await bench.send(alice, bob, { id }), 200);
        expectEqual(time, [again['receivedAt'], again['expires']], [first['receivedAt'], first['expires']]);
      }
      expectEqual('the list', idsOf(await readPage(bench, bob)), [id]);
    },
  ),
  requirement('6.send.conflict', 'refuses another pointer under the same id', async (bench) => {
    const { alice, bob } = await pair(bench);
    const id = await bench.deliver(alice, bob);
    expectProblem(
      'another pointer',
      await bench.send(alice, bob, { id, pointer: bench.target.pointers.other }),
      'conflict',
    );
    expectEqual(
      'listed',
      (await readPage(bench, bob)).items.map(({ pointer }) => pointer),
      [bench.target.pointers.one],
    );
  }),
  requirement(
    '6.send.scope',
    'tells deliveries apart by sender and by recipient, not by their id alone',
    async (bench) => {
      const { alice, bob } = await pair(bench);
      const [carol, dave] = [await bench.published(), await bench.enrolled()];
      const id = await bench.deliver(alice, bob);
      const { other } = bench.target.pointers;
      expectStatus('by another sender', await bench.send(carol, bob, { id, pointer: other }), 201);
      expectStatus('to another recipient', await bench.send(alice, dave, { id, pointer: other }), 201);
      expectEqual('the list', idsOf(await readPage(bench, bob)), [id, id]);
    },
  ),
  requirement(
    '6.send.once',
    'stores one delivery when the same is sent several times at once',
    async (bench) => {
      const { alice, bob } = await pair(bench);
      await bench.deliver(alice, bob);
      const id = newDeliveryId();
      const answers = await Promise.all(Array.from({ length: 8 }, () => bench.send(alice, bob, { id })));
      expectEqual('stored', answers.filter(({ status }) => status === 201).length, 1);
      expectEqual('known', answers.filter(({ status }) => status === 200).length, 7);
      expectEqual('total', (await readPage(bench, bob)).total, 2);
    },
  ),
  requirement(
    '6.send.remembered',
    'remembers a delivery that was deleted, and does not list it again',
    async (bench) => {
      const { alice, bob } = await pair(bench);
      const id = await bench.deliver(alice, bob);
      const items = [{ from: alice.address, id }];
      expectStatus('delete', await bench.act(bob, 'delete', { body: { items } }), 204);
      expectStatus('again', await bench.send(alice, bob, { id }), 200);
      expectProblem(
        'another pointer',
        await bench.send(alice, bob, { id, pointer: bench.target.pointers.other }),
        'conflict',
      );
      const page = await readPage(bench, bob);
      expectEqual('the list', [idsOf(page), page.total, page.unread], [[], 0, 0]);
    },
  ),
  requirement('4.length', 'takes pointers of 2308 characters only', async (bench) => {
    const { alice, bob } = await pair(bench);
    const { one } = bench.target.pointers;
    for (const pointer of [one.slice(0, -1), `${one} `, '', one.repeat(2)]) {
      expectProblem(`${pointer.length} characters`, await bench.send(alice, bob, { pointer }), 'malformed');
    }
    expectStatus('2308 characters', await bench.send(alice, bob), 201);
  }),
  requirement(
    '6.send.malformed',
    'refuses a delivery without a pointer or with an id of another form',
    async (bench) => {
      const { alice, bob } = await pair(bench);
      const id = newDeliveryId();
      const pointer = bench.target.pointers.one;
      const bodies = {
        'no pointer': { id },
        'a pointer that is no string': { id, pointer: [pointer] },
        'no id': { pointer },
        'a short id': { id: id.slice(1), pointer },
        'an id of other characters': { id: `${id.slice(1)}+`, pointer },
        'an id with unused bits': { id: `${id.slice(0, -1)}B`, pointer },
        'a list': [{ id, pointer }],
      };
      for (const [what, body] of Object.entries(bodies)) {
        expectProblem(what, await bench.send(alice, bob, { body }), 'malformed');
      }
      const twice = Buffer.from(JSON.stringify({ id, pointer }).replace('{', `{"id":"${newDeliveryId()}",`));
      expectProblem('an id that stands twice', await bench.send(alice, bob, { body: twice }), 'malformed');
    },
  ),
  requirement('6.send.app', 'refuses a sender from another app than the recipient’s', async (bench) => {
    const bob = await bench.enrolled();
    const alice = await bench.published({ app: 'https://another.example' as Origin });
    expectProblem('send', await bench.send(alice, bob), 'recipient-refused', 'token-address');
  }),
];
