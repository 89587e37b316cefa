import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { natsServer } from '../nats/server.ts';
import { deployNats } from './nats.ts';
import { hasSmallDisks } from './small-disk.ts';
import { openTheatre, type Round, type Theatre } from './stage.ts';

/** A short run of `npm run soak -- --store nats`: a real cluster, several servers, a fault under load, and a count. */

const CALM = 40;
const FAULTS = [
  'kill -9 of a node',
  'kill -9 of two nodes',
  'SIGSTOP of the leader',
  ...(hasSmallDisks() ? ['full disk of a node'] : []),
  'kill -9 of a server',
  'kill -9 of all servers',
  'SIGTERM of a server',
  'SIGSTOP of a server',
  'clock jumps',
  'restored backup',
  'sockets cut',
];

describe.skipIf(natsServer() === undefined)('on a cluster', () => {
  let theatre: Theatre;

  beforeAll(async () => {
    theatre = await openTheatre(deployNats, 1, CALM);
  });

  afterAll(() => theatre.close());

  test('every fault there is, is tried', () => {
    expect(theatre.faults.map(({ name }) => name).toSorted()).toEqual(FAULTS.toSorted());
  });

  test.each(FAULTS)(
    '%s, under load: nothing acknowledged is lost, comes twice or is skipped',
    async (name) => {
      const fault = theatre.faults.find((one) => one.name === name);
      const round = fault && (await theatre.play(fault));
      expect(round).toMatchObject({ lost: 0, duplicated: 0, skipped: 0, miscounted: 0, flaws: [] });
      expect(round?.acknowledged).toBeGreaterThan(CALM);
      expect(Object.keys((round as Round).answers)).toContain('201');
    },
  );
});
