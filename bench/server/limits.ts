import { join } from 'node:path';
import type { Area } from '../frame/area.ts';
import { inTurn } from '../frame/timing.ts';
import { ownCost, rates, sum } from './costs.ts';
import { inWorld } from './world.ts';

const INBOXES = 10_000;
const POINTERS_EACH = 3;
/** A round each: about two seconds. */
const SENDS = 10_000;
const POLLS = 30_000;

/** Accepted sends against what none of them can do without, one part after the other in the same round. */
export const sendVsLimit: Area = {
  rounds: 21,
  warmUps: 3, // until the compilers have settled
  open: inWorld(async (world) => {
    const server = await world.startServer({ recipients: INBOXES, each: POINTERS_EACH });
    const adapter = await world.startExchange('adapter');
    const bare = join(world.folder, 'bare.sqlite');
    return async (index) => {
      const [ours, limit] = await inTurn(
        index,
        () => server.sends(SENDS),
        async () =>
          sum(
            await adapter.cost(await server.requests('send', SENDS), 201),
            await ownCost('verify', String(SENDS)),
            await ownCost('insert', bare, String(INBOXES), String(SENDS)),
          ),
      );
      const peer = 'verification + insert + exchange';
      return rates('server/send-vs-limit', ours, peer, limit, { atLeast: 0.7 });
    };
  }),
};

/** Empty polls with a token that was seen before, against the adapter and a constant; and the adapter against none. */
export const pollVsHttp: Area = {
  rounds: 9,
  warmUps: 3, // until the compilers have settled
  open: inWorld(async (world) => {
    const server = await world.startServer({ recipients: INBOXES, each: POINTERS_EACH });
    const adapter = await world.startExchange('adapter');
    const bare = await world.startExchange('bare');
    return async (index) => {
      const requests = await server.requests('poll', POLLS);
      const [ours, [wrapped, plain]] = await inTurn(
        index,
        () => server.polls(POLLS),
        () =>
          inTurn(
            index,
            () => adapter.cost(requests, 200),
            () => bare.cost(requests, 200),
          ),
      );
      return [
        ...rates('server/poll-vs-http', ours, 'adapter and a constant', wrapped, { atLeast: 0.6 }),
        ...rates('server/adapter-vs-http', wrapped, 'bare node:http', plain, undefined),
      ];
    };
  }),
};
