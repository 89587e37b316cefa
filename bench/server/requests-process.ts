import { createHash, hash } from 'node:crypto';
import { closeSync, openSync, readFileSync, writeSync } from 'node:fs';
import { stacksCipher } from '../../src/protocol/envelope.ts';
import type { Digest } from '../../src/protocol/bytes.ts';
import { parseMessageId, type Origin } from '../../src/protocol/ids.ts';
import { sealPointer, type Pointer } from '../../src/protocol/pointer.ts';
import { APP, bucketOf, readerOf, READERS, recipientOf, senderOf, SENDERS, type Person } from './people.ts';
import type { RequestPlan } from './requests.ts';
import { requestToken } from './tokens.ts';

/** Writes a file of requests: see requests.ts. Tokens are made last, and live for five minutes. */

const plan = JSON.parse(process.argv[2] ?? '') as RequestPlan;
const now = Math.floor(Date.now() / 1000);
const host = new URL(plan.origin).host;

const out = openSync(plan.path, 'w');
const make = plan.kind === 'poll' ? polls() : sends(await somePointer());
for (let index = 0; index < plan.count; index += 500) {
  const some = Array.from({ length: Math.min(500, plan.count - index) }, (_, offset) => make(index + offset));
  writeSync(out, some.map((request) => `${request.length}\n${request}`).join(''));
}
closeSync(out);

function sends(pointer: Pointer): (index: number) => string {
  return (index) => {
    const random = createHash('sha256').update(`${plan.seed} ${index}`).digest();
    const to = recipientOf(random.readUInt32LE(0) % plan.recipients);
    const sender = senderOf((plan.kind === 'greet' ? index : random.readUInt32LE(4)) % SENDERS);
    const body = JSON.stringify({ id: random.subarray(8, 24).toString('base64url'), pointer });
    const bh = hash('sha256', body, 'base64url') as Digest;
    const token = requestToken({ ...claimsOf(sender), act: 'send', bh, to }, sender);
    return [
      `POST /v1/inboxes/${to}/messages HTTP/1.1`,
      `Host: ${host}`,
      `Authorization: Bearer ${token}`,
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      '',
      body,
    ].join('\r\n');
  };
}

/** As agents do, each reader uses one token for many polls. */
function polls(): (index: number) => string {
  const cursors = JSON.parse(readFileSync(plan.cursors, 'utf8')) as string[];
  const requests = cursors.map((cursor, index) => {
    const reader = readerOf(index);
    const token = requestToken({ ...claimsOf(reader), act: 'read' }, reader);
    return [
      `GET /v1/inboxes/${reader.address}/messages?after=${cursor} HTTP/1.1`,
      `Host: ${host}`,
      `Authorization: Bearer ${token}`,
      '',
      '',
    ].join('\r\n');
  });
  return (index) => requests[index % READERS] ?? '';
}

function claimsOf({ address }: Person) {
  const bucket = bucketOf(plan.hub, address);
  return { sub: address, app: APP, bucket, aud: plan.origin as Origin, iat: now, exp: now + 300 };
}

/** One for all: the server looks into none, and compares none of different deliveries. */
function somePointer(): Promise<Pointer> {
  const [sender, recipient] = [senderOf(0), senderOf(1)];
  const claims = {
    bucket: bucketOf(plan.hub, sender.address),
    to: recipient.address,
    app: APP,
    id: parseMessageId('A'.repeat(22)),
    sha256: 'A'.repeat(43) as Digest,
    size: 540,
    iat: now,
  };
  return sealPointer(claims, { sender: sender.secret, recipient: recipient.publicKey }, stacksCipher);
}
