import { createHmac, randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Area } from '../frame/area.ts';
import { inTurn } from '../frame/timing.ts';
import { buildSynapse, SECRET, startSynapse, type Synapse } from '../peers/synapse.ts';
import { POINTER_LENGTH } from '../../src/protocol/pointer.ts';
import { costOf, rates } from './costs.ts';
import { SENDERS } from './people.ts';
import type { RequestFile } from './requests.ts';
import { inWorld } from './world.ts';
import { send } from './wrk.ts';

const OURS = 10_000;
const THEIRS = 600;
/** As many as write to ours. */
const PEOPLE = SENDERS;
const REGISTERED_AT_ONCE = 20;

/** Our sends against what comes nearest to them in Matrix: the same pointer to one device, as a to-device event. */
export const synapse: Area = {
  rounds: 7,
  warmUps: 3, // until the compilers have settled
  open: inWorld(async (world) => {
    await buildSynapse();
    const server = await world.startServer({ recipients: 10_000, each: 3 });
    const peer = await startSynapse();
    world.onClose(peer.process.stop);
    const people = await registerAll(peer);
    let round = 0;
    const theirs = () => {
      round += 1;
      const file = toDevice(join(world.folder, 'to-device'), peer, people, round);
      return costOf(peer.process, file.count, () => send(peer.url, file, { status: 200 }));
    };
    return async (index) => {
      const [ours, cost] = await inTurn(index, () => server.sends(OURS), theirs);
      return rates('server/send-vs-synapse', ours, 'Synapse, to-device', cost, { atLeast: 10 });
    };
  }),
};

interface Member {
  readonly user: string;
  readonly device: string;
  readonly token: string;
}

async function registerAll(peer: Synapse): Promise<Member[]> {
  const people: Member[] = [];
  while (people.length < PEOPLE) {
    const some = Array.from({ length: REGISTERED_AT_ONCE }, (_, index) =>
      register(peer, people.length + index),
    );
    people.push(...(await Promise.all(some)));
  }
  return people;
}

/** Synapse's documented way to register with a shared secret. */
async function register({ url }: Synapse, index: number): Promise<Member> {
  const at = `${url}/_synapse/admin/v1/register`;
  const { nonce } = (await (await fetch(at)).json()) as { nonce: string };
  const [username, password] = [`member${index}`, randomBytes(12).toString('hex')];
  const mac = createHmac('sha1', SECRET)
    .update([nonce, username, password, 'notadmin'].join('\0'))
    .digest('hex');
  const body = JSON.stringify({ nonce, username, password, admin: false, mac });
  const response = await fetch(at, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
  if (!response.ok) throw new Error(`Synapse registers nobody: ${response.status} ${await response.text()}`);
  const said = (await response.json()) as { user_id: string; device_id: string; access_token: string };
  return { user: said.user_id, device: said.device_id, token: said.access_token };
}

function toDevice(path: string, { url }: Synapse, people: readonly Member[], round: number): RequestFile {
  const requests = Array.from({ length: THEIRS }, (_, index) => {
    const each = round * THEIRS + index;
    const [from, to] = [people[each % PEOPLE], people[(each * 7 + 1) % PEOPLE]];
    if (from === undefined || to === undefined) throw new Error('nobody is registered');
    const content = { pointer: 'p'.repeat(POINTER_LENGTH) };
    const body = JSON.stringify({ messages: { [to.user]: { [to.device]: content } } });
    return [
      `PUT /_matrix/client/v3/sendToDevice/app.letterbox.pointer/${round}-${index} HTTP/1.1`,
      `Host: ${new URL(url).host}`,
      `Authorization: Bearer ${from.token}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n');
  });
  writeFileSync(path, requests.map((request) => `${request.length}\n${request}`).join(''));
  return { path, count: THEIRS };
}
