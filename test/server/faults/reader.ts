import { utf8 } from '../../../src/protocol/bytes.ts';
import { allowLoopback, type DeliveryId } from '../../../src/protocol/ids.ts';
import {
  parseDeliveryPage,
  type Cursor,
  type Delivery,
  type DeliveryPage,
} from '../../../src/protocol/server-api.ts';
import type { Person } from '../person.ts';
import type { Client } from './client.ts';
import type { Ledger } from './ledger.ts';
import type { SeededRandom } from './random.ts';

/** A recipient's agent that pages all the time, keeps its cursor through whatever happens, and tidies up behind it. */
export interface Reader {
  readonly person: Person;
  /** What came, in order, since the store's last epoch began. */
  readonly seen: readonly DeliveryId[];
  /** How often something came that had come before. */
  readonly again: number;
  /** Goes on where it stopped. */
  start(): void;
  /** Reads to the end, then no more. */
  stop(): Promise<void>;
}

/** Between polls that found nothing. */
const PAUSE_MS = 20;

export function createReader(person: Person, client: Client, ledger: Ledger, random: SeededRandom): Reader {
  const seen = new Set<DeliveryId>();
  let [again, stopped]: [number, boolean] = [0, false];
  let reading: Promise<void> = Promise.resolve();
  let cursor: Cursor | undefined;
  let epoch: string | undefined;

  async function page(): Promise<DeliveryPage | undefined> {
    const after = cursor === undefined ? '' : `&after=${cursor}`;
    const path = `/messages?limit=${1 + random.below(200)}${after}`;
    const { status, body } = await client.ask({
      by: person,
      act: 'read',
      method: 'GET',
      inbox: person,
      path,
    });
    if (status === 200) return parseDeliveryPage(body, { [allowLoopback]: true });
    if (status === 410) await startOver();
    else ledger.flaws.push(`a page was answered ${status}`);
    return undefined;
  }

  /** A new epoch is the one reason for that. docs/protocol.md#6 */
  async function startOver(): Promise<void> {
    const before = epoch;
    epoch = (await client.info()).epoch;
    if (before === epoch) ledger.flaws.push('a cursor expired though the store’s epoch is the same');
    cursor = undefined;
    seen.clear();
  }

  async function read(): Promise<void> {
    epoch ??= (await client.info()).epoch;
    for (let last = false; !last;) {
      last = stopped;
      const { restores } = ledger;
      const found = await page();
      if (found === undefined) {
        last = false;
        continue;
      }
      for (const { id } of found.items) {
        if (seen.has(id)) again += 1;
        seen.add(id);
      }
      ({ cursor } = found);
      await tidy(found.items, restores);
      if (found.items.length > 0) last = false;
      else if (!last) await pause();
    }
  }

  /** Half of what came is marked as read, an eighth is removed. @param restores before it came: a restore undoes it */
  async function tidy(items: readonly Delivery[], restores: number): Promise<void> {
    const holds = (): boolean => ledger.restores === restores;
    const marked = items.filter(() => random.below(2) === 0);
    if ((await post('ack', '/acks', marked)) && holds()) for (const { id } of marked) ledger.read.add(id);
    const removed = items.filter(() => random.below(8) === 0);
    if (!(await post('delete', '/deletions', removed))) return;
    for (const { id } of removed) (holds() ? ledger.removed : ledger.perhapsRemoved).add(id);
  }

  async function post(act: 'ack' | 'delete', path: string, items: readonly Delivery[]): Promise<boolean> {
    if (items.length === 0) return false;
    const keys = items.map(({ id, from }) => ({ id, from: from.address }));
    const body = utf8(JSON.stringify({ items: keys }));
    const { status } = await client.ask({ by: person, act, method: 'POST', inbox: person, path, body });
    if (status !== 204) ledger.flaws.push(`${act} was answered ${status}`);
    return status === 204;
  }

  return {
    person,
    get seen() {
      return [...seen];
    },
    get again() {
      return again;
    },
    start() {
      stopped = false;
      reading = read();
    },
    async stop() {
      stopped = true;
      await reading;
    },
  };
}

function pause(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, PAUSE_MS);
  });
}
