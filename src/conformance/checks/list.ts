import type { DeliveryId } from '../../protocol/ids.ts';
import type { Bench } from '../bench.ts';
import { ensure, expectEqual, expectJson, expectProblem, expectStatus } from '../expect.ts';
import { idsOf, readPage } from '../pages.ts';
import type { Person } from '../person.ts';
import { requirement, type Requirement } from '../requirement.ts';

/** An inbox with so many deliveries of one contact, in their order. */
async function filled(bench: Bench, count: number) {
  const [alice, bob] = [await bench.published(), await bench.enrolled()];
  const policy = { body: { seq: 1, allowed: [alice.address], blocked: [] } };
  expectStatus('policy', await bench.act(bob, 'policy', policy), 204);
  const ids: DeliveryId[] = [];
  for (let sent = 0; sent < count; sent += 1) ids.push(await bench.deliver(alice, bob));
  return { alice, bob, ids };
}

function change(bench: Bench, act: 'ack' | 'delete', bob: Person, alice: Person, ids: readonly string[]) {
  return bench.act(bob, act, { body: { items: ids.map((id) => ({ from: alice.address, id })) } });
}

/** docs/protocol.md#6: the list, its cursors, and what changes it */
export const LIST: readonly Requirement[] = [
  requirement('6.list.order', 'lists in one order, page by page, each delivery once', async (bench) => {
    const { bob, ids } = await filled(bench, 7);
    const seen: string[] = [];
    for (let more = true, query = '?limit=3'; more;) {
      const page = await readPage(bench, bob, query);
      seen.push(...idsOf(page));
      expectEqual('more', page.more, seen.length < ids.length);
      expectEqual('the counts on each page', [page.unread, page.total], [7, 7]);
      more = page.more && seen.length < 20;
      query = `?limit=3&after=${encodeURIComponent(page.cursor)}`;
    }
    expectEqual('all pages', seen, ids);
    expectEqual('in one page', idsOf(await readPage(bench, bob)), ids);
  }),
  requirement(
    '6.list.limit',
    'gives 100 items where nothing is said, and as many as asked from 1 to 200',
    async (bench) => {
      const { bob } = await filled(bench, 102);
      expectEqual('unless said', (await readPage(bench, bob)).items.length, 100);
      expectEqual('limit=1', (await readPage(bench, bob, '?limit=1')).items.length, 1);
      expectEqual('limit=200', (await readPage(bench, bob, '?limit=200')).items.length, 102);
      for (const limit of ['0', '201', '-1', '1.5', 'all']) {
        expectProblem(
          `limit=${limit}`,
          await bench.act(bob, 'read', { query: `?limit=${limit}` }),
          'malformed',
        );
      }
    },
  ),
  requirement(
    '6.list.empty',
    'gives an empty page the cursor it was asked with, and an empty inbox one to go on from',
    async (bench) => {
      const [alice, bob] = [await bench.published(), await bench.enrolled()];
      const start = await readPage(bench, bob);
      expectEqual('an empty inbox', [start.items, start.more, start.unread, start.total], [[], false, 0, 0]);
      const after = `?after=${encodeURIComponent(start.cursor)}`;
      expectEqual('its cursor again', (await readPage(bench, bob, after)).cursor, start.cursor);
      const id = await bench.deliver(alice, bob);
      const page = await readPage(bench, bob, after);
      expectEqual('after a delivery', idsOf(page), [id]);
      const end = await readPage(bench, bob, `?after=${encodeURIComponent(page.cursor)}`);
      expectEqual('at the end', [end.items, end.cursor], [[], page.cursor]);
    },
  ),
  requirement('6.list.cursor', 'calls a cursor expired that it cannot read', async (bench) => {
    const bob = await bench.enrolled();
    const { cursor } = await readPage(bench, bob);
    const cursors = {
      nonsense: 'nonsense',
      'with a character more': `${cursor}A`,
      halved: cursor.slice(0, cursor.length / 2),
      long: 'A'.repeat(400),
      binary: '\u0000\u{1F4EE}',
    };
    for (const [what, after] of Object.entries(cursors)) {
      const query = `?after=${encodeURIComponent(after)}`;
      expectProblem(what, await bench.act(bob, 'read', { query }), 'cursor-expired');
    }
  }),
  requirement('6.list.stable', 'renumbers nothing when deliveries are deleted', async (bench) => {
    const { alice, bob, ids } = await filled(bench, 6);
    const { cursor } = await readPage(bench, bob, '?limit=2');
    expectStatus('delete', await change(bench, 'delete', bob, alice, ids.slice(0, 3)), 204);
    const rest = await readPage(bench, bob, `?after=${encodeURIComponent(cursor)}`);
    expectEqual('after the second', idsOf(rest), ids.slice(3));
    expectStatus('delete the rest', await change(bench, 'delete', bob, alice, ids.slice(3)), 204);
    const id = await bench.deliver(alice, bob);
    expectEqual(
      'after the last',
      idsOf(await readPage(bench, bob, `?after=${encodeURIComponent(rest.cursor)}`)),
      [id],
    );
  }),
  requirement(
    '6.list.unread',
    'lists what is unread only where that is asked, and counts the whole inbox',
    async (bench) => {
      const { alice, bob, ids } = await filled(bench, 5);
      const read = [ids[0], ids[2]].filter((id) => id !== undefined);
      expectStatus('ack', await change(bench, 'ack', bob, alice, read), 204);
      const page = await readPage(bench, bob, '?unread=1&limit=2');
      expectEqual('unread', idsOf(page), [ids[1], ids[3]]);
      expectEqual('of a page', [page.more, page.unread, page.total], [true, 3, 5]);
      const rest = await readPage(bench, bob, `?unread=1&limit=2&after=${encodeURIComponent(page.cursor)}`);
      expectEqual('the rest', [idsOf(rest), rest.more], [[ids[4]], false]);
      expectEqual(
        'all',
        (await readPage(bench, bob)).items.map((item) => item.read),
        [true, false, true, false, false],
      );
    },
  ),
  requirement('6.count', 'counts unread and all, for read and count tokens', async (bench) => {
    const { alice, bob, ids } = await filled(bench, 3);
    expectStatus('ack', await change(bench, 'ack', bob, alice, ids.slice(0, 1)), 204);
    for (const act of ['read', 'count'] as const) {
      const token = bench.token(bob, act);
      const counts = expectJson(act, await bench.act(bob, 'count', { token }));
      expectEqual(act, [counts['unread'], counts['total']], [2, 3]);
    }
  }),
  requirement(
    '6.acks',
    'marks as read what is acknowledged, again without effect, and goes on listing it',
    async (bench) => {
      const { alice, bob, ids } = await filled(bench, 3);
      const carol = await bench.published();
      const same = await bench.deliver(carol, bob, ids[0] && { id: ids[0] });
      for (const time of ['once', 'again']) {
        expectStatus(
          time,
          await change(bench, 'ack', bob, alice, [...ids.slice(0, 2), 'AAAAAAAAAAAAAAAAAAAAAA']),
          204,
        );
        const page = await readPage(bench, bob);
        expectEqual(
          `${time}: read`,
          page.items.map(({ read }) => read),
          [true, true, false, false],
        );
        expectEqual(`${time}: counts`, [page.unread, page.total], [2, 4]);
      }
      expectEqual('another sender’s of the same id', (await readPage(bench, bob)).items.at(-1)?.id, same);
    },
  ),
  requirement(
    '6.deletions',
    'takes deleted deliveries off the list, again without effect, and nothing else',
    async (bench) => {
      const { alice, bob, ids } = await filled(bench, 4);
      expectStatus('ack', await change(bench, 'ack', bob, alice, ids.slice(0, 1)), 204);
      for (const time of ['once', 'again']) {
        expectStatus(
          time,
          await change(bench, 'delete', bob, alice, [...ids.slice(0, 2), 'AAAAAAAAAAAAAAAAAAAAAA']),
          204,
        );
        const page = await readPage(bench, bob);
        expectEqual(time, [idsOf(page), page.unread, page.total], [ids.slice(2), 2, 2]);
      }
      expectStatus('an ack of a deleted one', await change(bench, 'ack', bob, alice, ids.slice(0, 2)), 204);
      expectEqual('its count', (await readPage(bench, bob)).unread, 2);
    },
  ),
  requirement(
    '6.items',
    'takes lists of 200 items, and refuses longer ones and other things',
    async (bench) => {
      const bob = await bench.enrolled();
      const item = { from: bob.address, id: 'AAAAAAAAAAAAAAAAAAAAAA' };
      for (const act of ['ack', 'delete'] as const) {
        const put = (items: unknown) => bench.act(bob, act, { body: { items } });
        expectStatus(`${act}: 200`, await put(Array.from({ length: 200 }, () => item)), 204);
        expectProblem(
          `${act}: 201`,
          await put(Array.from({ length: 201 }, () => item)),
          'malformed',
          'too-large',
        );
        expectProblem(`${act}: no list`, await put(item), 'malformed');
        expectProblem(`${act}: no id`, await put([{ from: bob.address }]), 'malformed');
        expectProblem(`${act}: no address`, await put([{ ...item, from: 'bob' }]), 'malformed');
      }
    },
  ),
  requirement('7.devices', 'shows every device every delivery that was not deleted', async (bench) => {
    const { bob, ids } = await filled(bench, 3);
    for (const device of ['one', 'another', 'a third']) {
      const page = await readPage(bench, bob);
      ensure(page.cursor !== '', 'a page without a cursor');
      expectEqual(device, idsOf(page), ids);
    }
  }),
  requirement('6.owner', 'gives an inbox to its owner only', async (bench) => {
    const { alice, bob } = await filled(bench, 1);
    for (const act of ['read', 'count'] as const) {
      expectProblem(act, await bench.act(alice, act, { inbox: bob.address }), 'token-address');
      const posing = { inbox: bob.address, claims: { sub: bob.address, bucket: bob.bucket } };
      expectProblem(`${act} posing`, await bench.act(alice, act, posing), 'token-address');
    }
  }),
];
