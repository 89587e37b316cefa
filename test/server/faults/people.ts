import { utf8 } from '../../../src/protocol/bytes.ts';
import type { Origin } from '../../../src/protocol/ids.ts';
import { RECORD_PATH } from '../../../src/protocol/record.ts';
import type { Hub } from '../hub.ts';
import { createPerson, type Person } from '../person.ts';
import type { Client } from './client.ts';

export interface People {
  readonly senders: readonly Person[];
  readonly recipients: readonly Person[];
}

const MONTHS_SECONDS = 90 * 86_400;

/** Senders and recipients with their records in the hub; each recipient has an inbox and allows every sender. */
export async function settlePeople(client: Client, hub: Hub, [senders, recipients]: [number, number]) {
  const people: People = {
    senders: Array.from({ length: senders }, (_, n) => createPerson(`sender ${n}`, { hub: hub.url })),
    recipients: Array.from({ length: recipients }, (_, n) =>
      createPerson(`recipient ${n}`, { hub: hub.url }),
    ),
  };
  for (const person of people.senders) publish(person, client.origin, hub);
  const allowed = people.senders.map(({ address }) => address);
  for (const person of people.recipients) {
    const record = publish(person, client.origin, hub);
    await settle(client, person, 'enrol', '', record);
    await settle(client, person, 'policy', '/policy', utf8(JSON.stringify({ seq: 1, allowed, blocked: [] })));
  }
  return people;
}

function publish(person: Person, server: string, hub: Hub): Uint8Array {
  const iat = Math.floor(Date.now() / 1000);
  const servers = [{ type: 'letterbox' as const, url: server as Origin }];
  const file = person.record({ servers, seq: Date.now(), iat, exp: iat + MONTHS_SECONDS });
  hub.files.set(`${new URL(person.bucket).pathname}${RECORD_PATH}`, file);
  return file;
}

async function settle(client: Client, by: Person, act: 'enrol' | 'policy', path: string, body: Uint8Array) {
  const { status } = await client.ask({ by, act, method: 'PUT', inbox: by, path, body });
  if (status !== 204) throw new Error(`${act}: ${status}`);
}
