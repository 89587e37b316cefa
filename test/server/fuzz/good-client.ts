import { allowLoopback } from '../../../src/protocol/ids.ts';
import { parseDeliveryPage } from '../../../src/protocol/server-api.ts';
import { createClient } from '../faults/client.ts';
import { createLedger } from '../faults/ledger.ts';
import { deliver } from '../faults/load.ts';
import { utf8 } from '../../../src/protocol/bytes.ts';
import { deliveryId, pointer } from '../person.ts';
import type { World } from './world.ts';

/** Somebody who does all as it should be, before the storm and after. */
export interface GoodClient {
  readonly epoch: string;
  /** @returns what does not go as it should */
  check(): Promise<string[]>;
}

export async function goodClient(origin: string, world: World): Promise<GoodClient> {
  const { alice, bob, carol, dora } = world;
  const ledger = createLedger();
  const client = createClient(origin, ledger);
  for (const person of [alice, bob, carol, dora]) {
    const body = world.record(person);
    await client.ask({ by: person, act: 'enrol', method: 'PUT', inbox: person, path: '', body });
  }
  const body = utf8(JSON.stringify({ seq: 1, allowed: [alice.address], blocked: [] }));
  await client.ask({ by: bob, act: 'policy', method: 'PUT', inbox: bob, path: '/policy', body });
  const { epoch } = await client.info();
  const parcel = { from: alice, to: bob, id: deliveryId('a good client'), pointer: pointer('a good client') };

  async function lists(): Promise<boolean> {
    for (let after = '', more = true; more;) {
      const path = `/messages?limit=200${after}`;
      const answer = await client.ask({ by: bob, act: 'read', method: 'GET', inbox: bob, path });
      const page = parseDeliveryPage(answer.body, { [allowLoopback]: true });
      if (page.items.some(({ id }) => id === parcel.id)) return true;
      ({ more } = page);
      after = `&after=${page.cursor}`;
    }
    return false;
  }

  /** Sockets that are closed must be let go of. */
  async function socketsOpen(): Promise<number> {
    const page = await (await fetch(`${origin}/metrics`)).text();
    return Number(/^letterbox_sockets (\d+)$/m.exec(page)?.[1] ?? Number.NaN);
  }

  return {
    epoch,
    async check() {
      const flaws: string[] = [];
      if ((await deliver(parcel, client, ledger)) !== 201) flaws.push('a good delivery is not accepted');
      if (!(await lists())) flaws.push('a good delivery is not listed');
      const sockets = await socketsOpen();
      if (sockets !== 0) flaws.push(`${sockets} event sockets are left open`);
      return [...flaws, ...ledger.flaws];
    },
  };
}
