import { nowOf } from './context.ts';
import type { ServerOptions } from './context.ts';

type Ports = Pick<ServerOptions, 'store' | 'clock' | 'timer' | 'log' | 'meter'>;

/** How often what has expired is erased. Nobody sees the difference: it is neither listed nor counted before. */
const EVERY_MS = 60_000;
/** Deliveries in one transaction, so that the requests of that moment do not wait behind it. */
const BATCH = 500;

/** Erases what has expired, now and every minute. @returns stops it, once the batch under way is through */
export function keepRetention(ports: Ports): () => Promise<void> {
  const { timer } = ports;
  let stopped = false;
  let stopTimer = (): void => undefined;
  let running = run();

  async function run(): Promise<void> {
    await sweepAll(ports, () => stopped);
    if (stopped) return;
    stopTimer = timer.after(EVERY_MS, () => {
      running = run();
    });
  }

  return () => {
    stopped = true;
    stopTimer();
    return running;
  };
}

/** What fails is told, and tried again with the next round. */
async function sweepAll({ store, log, meter, ...time }: Ports, stopped: () => boolean): Promise<void> {
  try {
    for (let swept = BATCH; swept === BATCH && !stopped();) {
      swept = await store.sweep(nowOf(time), BATCH);
      meter?.swept(swept);
    }
  } catch (error) {
    log.failed(error);
  }
}
