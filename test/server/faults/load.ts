import { randomBytes } from 'node:crypto';
import { toBase64url, utf8 } from '../../../src/protocol/bytes.ts';
import { parseDeliveryId } from '../../../src/protocol/ids.ts';
import { parseAcceptance } from '../../../src/protocol/server-api.ts';
import { pointer, type Person } from '../person.ts';
import type { Client } from './client.ts';
import type { Ledger, Parcel } from './ledger.ts';
import type { People } from './people.ts';
import type { SeededRandom } from './random.ts';

/** Senders at work. */
export interface Load {
  /** Each hand finishes what it has begun: nothing stays without an answer. */
  stop(): Promise<void>;
}

/** So many senders' hands at once, each with one parcel after the other. */
export function startLoad(
  hands: number,
  people: People,
  client: Client,
  ledger: Ledger,
  random: SeededRandom,
): Load {
  const over = new AbortController();
  const work = async (): Promise<void> => {
    while (!over.signal.aborted) {
      const parcel = newParcel(random.pick(people.senders), random.pick(people.recipients));
      await deliver(parcel, client, ledger);
    }
  };
  const working = Promise.all(Array.from({ length: hands }, work));
  return {
    async stop() {
      over.abort();
      await working;
    },
  };
}

/** @returns the status that ended it: 201 for what was new to the server, 200 for what it had */
export async function deliver(parcel: Parcel, client: Client, ledger: Ledger): Promise<number> {
  const { from, to, id, pointer: sealed } = parcel;
  const body = utf8(JSON.stringify({ id, pointer: sealed }));
  const attempt = { by: from, act: 'send', method: 'POST', inbox: to, path: '/messages', body } as const;
  const { status, body: answer } = await client.ask(attempt);
  if (status === 200 || status === 201) ledger.accepted(parcel, status, parseAcceptance(answer));
  else ledger.flaws.push(`a delivery was answered ${status}`);
  return status;
}

/** What a restore lost, as agents do until somebody answers: the server takes it for new. */
export async function sendAgain(lost: readonly Parcel[], client: Client, ledger: Ledger): Promise<void> {
  const late = await deliverAll(lost, client, ledger);
  if (late.get(201) === undefined) ledger.flaws.push('the restore lost nothing: it was not tried');
  ledger.heal(late.get(201) ?? 0);
}

/** Several at once. @returns how often each status came */
async function deliverAll(parcels: readonly Parcel[], client: Client, ledger: Ledger) {
  const statuses = new Map<number, number>();
  const waiting = [...parcels];
  const work = async (): Promise<void> => {
    for (let parcel = waiting.pop(); parcel !== undefined; parcel = waiting.pop()) {
      const status = await deliver(parcel, client, ledger);
      statuses.set(status, (statuses.get(status) ?? 0) + 1);
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
  return statuses;
}

function newParcel(from: Person, to: Person): Parcel {
  const id = parseDeliveryId(toBase64url(randomBytes(16)));
  return { from, to, id, pointer: pointer(id) };
}
