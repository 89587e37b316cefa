import { utf8 } from '../../protocol/bytes.ts';
import { LIMITS as SIZES } from '../../protocol/server-api.ts';
import { announce, pour } from '../endless.ts';
import { ensure, expectProblem, expectStatus } from '../expect.ts';
import { newDeliveryId } from '../person.ts';
import { requirement, type Requirement } from '../requirement.ts';

const padded = (body: object, size: number): Uint8Array => utf8(JSON.stringify(body).padEnd(size, ' '));
const ENOUGH = 32 * 1024 * 1024;

/** docs/protocol.md#6: how much a body may be */
export const LIMITS: readonly Requirement[] = [
  requirement('6.limits.message', 'takes a delivery of 8 KiB, and none that is larger', async (bench) => {
    const [alice, bob] = [await bench.published(), await bench.enrolled()];
    const body = (size: number) => padded({ id: newDeliveryId(), pointer: bench.target.pointers.one }, size);
    expectStatus('8 KiB', await bench.send(alice, bob, { body: body(SIZES.messageBytes) }), 201);
    expectProblem(
      'a byte more',
      await bench.send(alice, bob, { body: body(SIZES.messageBytes + 1) }),
      'too-large',
    );
  }),
  requirement(
    '6.limits.lists',
    'takes acks, deletions and policies of 32 KiB, and none that are larger',
    async (bench) => {
      const bob = await bench.enrolled();
      const bodies = {
        ack: { items: [] },
        delete: { items: [] },
        policy: { seq: 1, allowed: [], blocked: [] },
      };
      for (const act of ['ack', 'delete', 'policy'] as const) {
        const put = (size: number) => bench.act(bob, act, { body: padded(bodies[act], size) });
        expectStatus(`${act}: 32 KiB`, await put(SIZES.listBytes), 204);
        expectProblem(`${act}: a byte more`, await put(SIZES.listBytes + 1), 'too-large');
      }
    },
  ),
  requirement(
    '6.limits.announced',
    'refuses a body by its announced length, before it is there',
    async (bench) => {
      const bob = await bench.enrolled();
      const headers = {
        authorization: `Bearer ${bench.token(bob, 'send', { claims: { to: bob.address } })}`,
      };
      const path = `/v1/inboxes/${bob.address}/messages`;
      const status = await announce(bench.target.url, { method: 'POST', path, headers }, 1024 ** 3);
      ensure(status === 413, `413 expected, ${status ?? 'nothing'} found`);
    },
  ),
  requirement(
    '6.limits.endless',
    'reads a body that does not end no further than it has to',
    async (bench) => {
      const bob = await bench.enrolled();
      const headers = {
        authorization: `Bearer ${bench.token(bob, 'send', { claims: { to: bob.address } })}`,
      };
      const path = `/v1/inboxes/${bob.address}/messages`;
      const { taken, status } = await pour(bench.target.url, { method: 'POST', path, headers }, ENOUGH);
      ensure(taken < ENOUGH, `it took ${taken} bytes and went on`);
      ensure(status === undefined || status === 413, `413 expected, ${status ?? 'nothing'} found`);
    },
  ),
];
