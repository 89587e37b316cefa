import { nowOf } from './context.ts';
import type { ServerOptions } from './context.ts';

type Ports = Pick<ServerOptions, 'store' | 'clock' | 'timer' | 'log' | 'meter'>;

/** How often what has expired is erased. Nobody sees the difference: it is neither listed nor counted before. */
const EVERY_MS = 60_000;
/** Deliveries in one transaction, so that the requests of that moment do not wait behind it. */
const BATCH = 200;

/** How far one round may go beyond the last, in seconds: a clock that jumps ahead erases little before it is seen to. */
const STRIDE_SECONDS = 600;

/**
 * Erases what has expired, now and every minute.
 * @returns stops it, once the batch under way is through
 */
export function keepRetention(ports: Ports): () => Promise<void> {
  const { timer } = ports;
  let stopped = false;
  let stopTimer = (): void => undefined;
  let swept = nowOf(ports);
  let running = run();

  async function run(): Promise<void> {
    swept = Math.min(nowOf(ports), swept + STRIDE_SECONDS);
    await sweepAll(ports, swept, () => stopped);
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
async function sweepAll({ store, log, meter }: Ports, now: number, stopped: () => boolean): Promise<void> {
  try {
    for (let erased = BATCH; erased === BATCH && !stopped();) {
      erased = await store.sweep(now, BATCH);
      meter?.swept(erased);
    }
  } catch (error) {
    log.failed(error);
  }
}
