import { openSync } from 'node:fs';
import { join } from 'node:path';
import { costOf, type Cost } from './costs.ts';
import { READERS, SENDERS } from './people.ts';
import { startPinned, type Pinned } from './pinned.ts';
import { prepare, type Kind, type RequestFile } from './requests.ts';
import { cursorsFile, type Preload } from './preload.ts';
import { UNLIMITED } from './unlimited.ts';
import { send } from './wrk.ts';

const MAIN = join(import.meta.dirname, '../../src/server/main.ts');

/** The server that is measured, as its operator starts it, but for the rates. */
export interface Subject {
  readonly process: Pinned;
  readonly url: string;
  readonly hub: string;
  /** Requests that it would answer well. */
  requests(kind: Kind, count: number): Promise<RequestFile>;
  /** What an accepted send costs, of so many. */
  sends(count: number): Promise<Cost>;
  /** What an empty poll costs, of so many. */
  polls(count: number): Promise<Cost>;
  /** Has every sender looked up, two at a time, as the server asks a hub. Holds for ten minutes. */
  greet(): Promise<void>;
}

/** On a database that was filled before. */
export async function startSubject({ data, hub, recipients }: Preload): Promise<Subject> {
  const args = ['--data', data, '--port', '0', '--allow-loopback', ...UNLIMITED];
  const process = await startPinned(MAIN, args, { log: openSync(join(data, 'log'), 'a') });
  const url = String(process.said['url']);
  const requests = (kind: Kind, count: number) =>
    prepare({
      kind,
      count,
      path: join(data, 'requests'),
      origin: url,
      hub,
      recipients,
      cursors: cursorsFile(data),
      seed: String(Date.now()),
    });
  return {
    process,
    url,
    hub,
    requests,
    async sends(count) {
      const file = await requests('send', count);
      return costOf(process, count, () => send(url, file, { status: 201 }));
    },
    async polls(count) {
      const file = await requests('poll', count);
      await send(url, { ...file, count: READERS }, { status: 200 }); // each token once, as agents use one for long
      return costOf(process, count, () => send(url, file, { status: 200 }));
    },
    async greet() {
      await send(url, await requests('greet', SENDERS), { status: 201, inFlight: 2 });
    },
  };
}
