import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Area, Sample } from '../frame/area.ts';
import { costOf, type Cost } from './costs.ts';
import { CLIENT_CORE, startPinned } from './pinned.ts';
import type { Preload } from './preload.ts';
import type { RequestFile } from './requests.ts';
import { startSubject, type Subject } from './subject.ts';
import { send } from './wrk.ts';

/** All that a figure is measured in: a hub, servers each on a database of its own, and what they are held against. */
export interface World {
  /** A folder of its own. */
  readonly folder: string;
  startServer(plan: Pick<Preload, 'recipients' | 'each'>): Promise<Subject>;
  /** What answers a constant, through the server's HTTP adapter or bare. */
  startExchange(how: 'adapter' | 'bare'): Promise<Exchange>;
  /** Besides what it started itself. */
  onClose(stop: () => Promise<void>): void;
}

export interface Exchange {
  cost(requests: RequestFile, status: number): Promise<Cost>;
}

/** An area's `open`: makes a world, and takes it away after the last round. */
export function inWorld(
  prepare: (world: World) => Promise<(index: number) => Promise<Sample[]>>,
): Area['open'] {
  return async () => {
    const folder = mkdtempSync(join(tmpdir(), 'letterbox-bench-'));
    const stops: (() => Promise<void>)[] = [];
    const close = async (): Promise<void> => {
      for (const stop of stops.toReversed()) await stop();
      rmSync(folder, { recursive: true });
    };
    const start = async (...input: Parameters<typeof startPinned>) => {
      const process = await startPinned(...input);
      stops.push(process.stop);
      return process;
    };
    try {
      const hub = await start(join(import.meta.dirname, 'hub.ts'), [], { core: CLIENT_CORE });
      const round = await prepare({
        folder,
        onClose: (stop) => void stops.push(stop),
        async startServer(plan) {
          const data = join(folder, `server-${stops.length}`);
          const subject = await startSubject({ ...plan, data, hub: String(hub.said['url']) });
          stops.push(subject.process.stop);
          await subject.greet();
          return subject;
        },
        async startExchange(how) {
          const exchange = await start(join(import.meta.dirname, 'limit/exchange.ts'), [how]);
          const url = String(exchange.said['url']);
          return { cost: (file, status) => costOf(exchange, file.count, () => send(url, file, { status })) };
        },
      });
      return { round, close };
    } catch (error) {
      await close();
      throw error;
    }
  };
}
