import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../scripts/journey/wait.ts';
import { listenOnLoopback } from '../../src/devnet/loopback.ts';
import type { Area } from '../frame/area.ts';
import { openPlace } from './bob.ts';
import { startUnattended } from './unattended.ts';
import { inBrowser, type BrowserName } from './workbench.ts';

const MINUTE = 60_000;
/** Until the person counts as away, and the socket is closed; then a worker may fall asleep. */
const SETTLING = 2 * MINUTE;

/** The share of time that the worker is awake with nothing happening and nobody there: it says so once a second. */
export function awakeShare(browser: BrowserName): Area {
  return {
    rounds: 3,
    async open({ minutes }) {
      const place = await openPlace();
      let beats = 0;
      const beacon = await listenOnLoopback(0, () => () => {
        beats += 1;
        return { status: 204, headers: { 'Access-Control-Allow-Origin': '*' } };
      });
      const end = await startUnattended(browser, place.world, beacon.origin);
      await until('the worker says that it is awake', () => beats > 0);
      await sleep(SETTLING);
      return {
        async round() {
          beats = 0;
          await sleep(minutes * MINUTE);
          const against = { name: 'always', value: 1 };
          const value = (beats * 1000) / (minutes * MINUTE);
          return [
            { name: `extension/awake-share${inBrowser(browser)}`, value, unit: 'of the time', against },
          ];
        },
        async close() {
          await end();
          await beacon.stop();
          await place.close();
        },
      };
    },
  };
}
