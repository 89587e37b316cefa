import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Area, Sample } from '../frame/area.ts';
import { costOf, type Cost } from './costs.ts';
import { CLIENT_CORE, startPinned } from './pinned.ts';
import { preload, type Preload } from './preload.ts';
import type { RequestFile } from './requests.ts';
import { startSubject, type Subject } from './subject.ts';
import { send } from './wrk.ts';

/** All that a figure is measured in: a hub, servers each on a database of its own, and what they are held against. */
export interface World {
  /** A folder of its own. */
  readonly folder: string;
  startServer(plan: Plan): Promise<Subject>;
  /** A database for `resumeServer`: where one takes minutes to fill, what another server knows of senders grows old. */
  preloaded(plan: Plan): Promise<Preload>;
  resumeServer(filled: Preload): Promise<Subject>;
  /** What answers a constant, through the server's HTTP adapter or bare. */
  startExchange(how: 'adapter' | 'bare'): Promise<Exchange>;
  /** Besides what it started itself. */
  onClose(stop: () => Promise<void>): void;
}

type Plan = Pick<Preload, 'recipients' | 'each'>;

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
      const preloaded = async (plan: Plan): Promise<Preload> => {
        const filled = { ...plan, data: mkdtempSync(join(folder, 'server-')), hub: String(hub.said['url']) };
        await preload(filled);
        return filled;
      };
      const resumeServer = async (filled: Preload): Promise<Subject> => {
        const subject = await startSubject(filled);
        stops.push(subject.process.stop);
        await subject.greet();
        return subject;
      };
      const round = await prepare({
        folder,
        onClose: (stop) => void stops.push(stop),
        startServer: async (plan) => resumeServer(await preloaded(plan)),
        preloaded,
        resumeServer,
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
