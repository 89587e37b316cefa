import type { Area, Sample } from '../frame/area.ts';
import { inTurn } from '../frame/timing.ts';
import type { Cost } from './costs.ts';
import type { Subject } from './subject.ts';
import { inWorld } from './world.ts';

const SMALL = 10_000;
const MILLION = 1_000_000;
const POINTERS_EACH = 3;
const SENDS = 10_000;
const POLLS = 20_000;
const MEMORY_LIMIT = 250e6;

/** The same sends and polls on a small database and on a big one, in turn; and the memory of the big one's server. */
export const growth: Area = {
  rounds: 15,
  warmUps: 3, // until the compilers have settled
  open: (options) =>
    inWorld(async (world) => {
      const inboxes = options.full ? 10 * MILLION : MILLION;
      const [few, many] = [
        await world.preloaded({ recipients: SMALL, each: POINTERS_EACH }),
        await world.preloaded({ recipients: inboxes, each: POINTERS_EACH }),
      ];
      const [small, big] = [await world.resumeServer(few), await world.resumeServer(many)];
      return async (index) => {
        for (const server of [small, big]) await server.greet(); // what it knows of senders holds for ten minutes
        const duel = (run: (server: Subject) => Promise<Cost>): Promise<[Cost, Cost]> =>
          inTurn(
            index,
            () => run(big),
            () => run(small),
          );
        const sends = await duel((server) => server.sends(SENDS));
        const polls = await duel((server) => server.polls(POLLS));
        return [
          grown('server/growth-send', ...sends),
          grown('server/growth-poll', ...polls),
          memory(inboxes, big.process.memory()),
        ];
      };
    })(options),
};

function grown(name: string, big: Cost, small: Cost): Sample {
  return {
    name,
    value: big.cpu * 1e6,
    unit: 'µs',
    against: { name: `at ${SMALL} inboxes`, value: small.cpu * 1e6 },
    wanted: { atMost: 1.3 },
  };
}

function memory(inboxes: number, bytes: number): Sample {
  const wanted = inboxes === MILLION ? { wanted: { atMost: 1 } } : {};
  return {
    name: 'server/memory',
    value: bytes,
    unit: 'bytes',
    against: { name: 'limit', value: MEMORY_LIMIT },
    ...wanted,
  };
}
