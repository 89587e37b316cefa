import { openBucket } from '../../src/gaia/bucket.ts';
import { publishRecord } from '../../src/gaia/records.ts';
import { digest } from '../../src/protocol/bytes.ts';
import { stacksCipher } from '../../src/protocol/envelope.ts';
import { newId, publicKeyOf } from '../../src/protocol/ids.ts';
import { sealPointer, type Pointer } from '../../src/protocol/pointer.ts';
import type { ServerEntry } from '../../src/protocol/record.ts';
import { bindsBody, createRequestToken } from '../../src/protocol/tokens.ts';
import type { Caller } from '../../src/protocol/transport.ts';
import { createPerson, LOOPBACK, nodeFetch, random, type Person, type World } from '../agent/world.ts';
import type { Peer } from '../contracts/transport.ts';

export interface NodePeer extends Peer {
  readonly person: Person;
}

/** A person with a published record that names the server. */
export async function createPeer(world: World, entry: ServerEntry): Promise<NodePeer> {
  const person = await createPerson(world);
  const { key: privateKey, app } = person;
  const { clock, hub } = world;
  const client = await openBucket({
    ...LOOPBACK,
    fetch: nodeFetch,
    clock,
    random,
    hubUrl: hub.origin,
    privateKey,
  });
  const content = { app, servers: [entry], accept: { maxBytes: 65_536, unknown: 'request' as const } };
  const { file } = await publishRecord(content, { ...LOOPBACK, client, privateKey, clock });
  return { person, record: file, caller: callerFor(person) };
}

export function callerFor({ address, app, bucket, key }: Person): Caller {
  return {
    address,
    app,
    bucket,
    places: LOOPBACK,
    authorize({ aud, act, now, body, to, toName }) {
      const bound = bindsBody(act) ? { bh: digest(body) } : {};
      const recipient = { ...(to === undefined ? {} : { to }), ...(toName === undefined ? {} : { toName }) };
      const once = act === 'leave' ? { jti: newId(random) } : {};
      const claims = { sub: address, app, bucket, aud, act, iat: now, exp: now + 300 };
      return createRequestToken({ ...claims, ...bound, ...recipient, ...once }, key);
    },
  };
}

export function sealTo(from: Person, to: Person): Promise<Pointer> {
  const { bucket, app } = from;
  const file = random.bytes(64);
  const claims = { bucket, to: to.address, app, id: newId(random), sha256: digest(file), size: 64, iat: 1 };
  return sealPointer(claims, { sender: from.key, recipient: publicKeyOf(to.key) }, stacksCipher);
}
