import { describe, expect, test } from 'vitest';
import type { BucketClient, PutOptions } from '../../src/gaia/bucket.ts';
import type { RecordContent } from '../../src/gaia/own-record.ts';
import { needsRenewal, publishRecord, readRecord, type PublishOptions } from '../../src/gaia/records.ts';
import { utf8 } from '../../src/protocol/bytes.ts';
import { isLetterboxError, LetterboxError } from '../../src/protocol/errors.ts';
import { parseBucket, parseOrigin, parsePrivateKey, type Bucket } from '../../src/protocol/ids.ts';
import type { Fetch } from '../../src/protocol/ports.ts';
import { createRecordFile, RECORD_PATH, type RecordClaims } from '../../src/protocol/record.ts';
import { beginStore, freshHub, KEY, NOW, OTHER_KEY } from '../devnet/hub/hub-client.ts';
import { APP, clock, failure, nodeFetch, open, startRogue, web } from './world.ts';

const DAY = 86_400;
const AS_JSON = { contentType: 'application/json' };
const privateKey = parsePrivateKey(KEY);
const CONTENT: RecordContent = {
  app: APP,
  servers: [{ type: 'letterbox', url: parseOrigin('https://mail.example.com') }],
  accept: { maxBytes: 262_144, unknown: 'request' },
};
const CLOSED: RecordContent = { ...CONTENT, accept: { maxBytes: 262_144, unknown: 'closed' } };
const reading = { ...web, clock };

function publish(client: BucketClient, content = CONTENT, change: Partial<PublishOptions> = {}) {
  return publishRecord(content, { ...reading, client, privateKey, ...change });
}

function claimsFor(client: BucketClient, change: Partial<RecordClaims> = {}): RecordClaims {
  const { bucket, address } = client;
  return { ...CONTENT, bucket, address, seq: NOW * 1000, iat: NOW, exp: NOW + 100 * DAY, ...change };
}

/** Puts a record there as another device, or an enemy with a hub token, might. */
async function plant(
  client: BucketClient,
  change: Partial<RecordClaims> = {},
  key = privateKey,
): Promise<Uint8Array> {
  const file = createRecordFile(claimsFor(client, change), key);
  await client.put(RECORD_PATH, file, AS_JSON);
  return file;
}

/** The client with something happening before each of its writes. */
function before(
  client: BucketClient,
  event: (write: number) => Promise<unknown>,
): BucketClient & { writes: PutOptions[] } {
  const writes: PutOptions[] = [];
  return {
    bucket: client.bucket,
    address: client.address,
    writes,
    async put(path, bytes, options) {
      writes.push(options);
      await event(writes.length);
      return client.put(path, bytes, options);
    },
    remove: (path) => client.remove(path),
    read: (path, cap) => client.read(path, cap),
  };
}

describe('publishRecord and readRecord', () => {
  test('what is published is what is read', async () => {
    const client = await open(await freshHub());
    const published = await publish(client);
    expect(await readRecord(client.bucket, reading)).toEqual(published);
    expect(published).toMatchObject({
      record: {
        ...CONTENT,
        bucket: client.bucket,
        address: client.address,
        seq: NOW * 1000,
        iat: NOW,
        exp: NOW + 100 * DAY,
      },
      pin: { seq: NOW * 1000, token: published.record.token },
    });
  });

  test('the file is JSON to whoever reads it', async () => {
    const client = await open(await freshHub());
    const { file } = await publish(client);
    const answer = await fetch(`${client.bucket}${RECORD_PATH}`);
    expect(answer.headers.get('Content-Type')).toBe('application/json');
    expect(utf8(await answer.text())).toEqual(file);
  });

  test('publishing the same again writes nothing', async () => {
    const client = before(await open(await freshHub()), () => Promise.resolve());
    const first = await publish(client);
    const [letterbox] = CONTENT.servers;
    const reordered = {
      accept: { unknown: 'request' as const, maxBytes: 262_144 },
      servers: letterbox ? [letterbox] : [],
      app: APP,
    };
    expect(await publish(client, reordered)).toEqual(first);
    expect(client.writes).toEqual([{ ...AS_JSON, ifNoneMatch: '*' }]);
  });

  test('what comes before writing can end it, and is not asked where nothing is written', async () => {
    const client = before(await open(await freshHub()), () => Promise.resolve());
    const refusal = {
      beforeWriting: () => Promise.reject(new LetterboxError('clock-wrong', { now: 2, theirs: 1 })),
    };
    expect(await failure(publish(client, CONTENT, refusal))).toMatchObject({ code: 'clock-wrong' });
    expect(client.writes).toEqual([]);
    const published = await publish(client);
    expect(await publish(client, CONTENT, refusal)).toEqual(published);
  });

  test('a change goes above what is there, conditional on it', async () => {
    const client = before(await open(await freshHub()), () => Promise.resolve());
    const first = await publish(client);
    const second = await publish(client, CLOSED);
    expect(second.record).toMatchObject({ ...CLOSED, seq: first.record.seq + 1 });
    expect(client.writes[1]).toEqual({ ...AS_JSON, ifMatch: first.etag });
    expect(await readRecord(client.bucket, { ...reading, pin: first.pin })).toEqual(second);
  });

  test('a change of any part is a change', async () => {
    const client = await open(await freshHub());
    const { name: _, ...rest } = { ...CONTENT, name: undefined };
    const contents: RecordContent[] = [
      rest,
      { ...CONTENT, servers: [] },
      { ...CONTENT, servers: [{ type: 'gaia', url: 'https://mail.example.com' }] },
      { ...CONTENT, servers: [{ type: 'matrix', url: 'https://m.example.com', user: '@a:b', device: 'X' }] },
      { ...CONTENT, servers: [{ type: 'matrix', url: 'https://m.example.com', user: '@a:b', device: 'Y' }] },
      { ...CONTENT, accept: { maxBytes: 1, unknown: 'request' } },
      CLOSED,
    ];
    const seqs: number[] = [];
    for (const content of contents) seqs.push((await publish(client, content)).record.seq);
    expect(seqs).toEqual(contents.map((__, i) => NOW * 1000 + i));
  });

  test('renewal: a record of 30 days is published again, a younger one not', async () => {
    const client = await open(await freshHub());
    const first = await publish(client);
    const at = (seconds: number) => ({ now: () => (NOW + seconds) * 1000 });
    expect(needsRenewal(first.record, at(30 * DAY - 1))).toBe(false);
    expect(await publish(client, CONTENT, { clock: at(30 * DAY - 1) })).toEqual(first);
    expect(needsRenewal(first.record, at(30 * DAY))).toBe(true);
    const planted = await plant(client, { iat: NOW - 30 * DAY, exp: NOW + 70 * DAY, seq: NOW * 1000 + 5 });
    const renewed = await publish(client);
    expect(renewed.file).not.toEqual(planted);
    expect(renewed.record).toMatchObject({ iat: NOW, seq: NOW * 1000 + 6 });
  });

  test('an answer that was lost: the next call finds the record there', async () => {
    const hub = await freshHub();
    let lost = 0;
    const losing: Fetch = async (url, init) => {
      const answer = await nodeFetch(url, init);
      if (init?.method === 'POST' && (lost += 1) === 1) throw new TypeError('the connection broke');
      return answer;
    };
    const client = await open(hub, { fetch: losing });
    expect(await failure(publish(client))).toMatchObject({ code: 'unreachable' });
    expect((await publish(client)).record.seq).toBe(NOW * 1000);
    expect(lost).toBe(1);
  });
});

describe('publishRecord beside others', () => {
  test('another device was faster: looks again and goes above', async () => {
    const inner = await open(await freshHub());
    const client = before(inner, (write) =>
      write === 1 ? plant(inner, { ...CLOSED, seq: NOW * 1000 + 7 }) : Promise.resolve(),
    );
    expect((await publish(client)).record).toMatchObject({ ...CONTENT, seq: NOW * 1000 + 8 });
    expect(client.writes).toEqual([
      { ...AS_JSON, ifNoneMatch: '*' },
      { ...AS_JSON, ifMatch: expect.any(String) as string },
    ]);
  });

  test('another device was faster with the same: its record is as good', async () => {
    const inner = await open(await freshHub());
    const client = before(inner, () => plant(inner));
    const { file } = await publish(client);
    expect((await inner.read(RECORD_PATH, { what: 'record', maxBytes: 20_000 })).bytes).toEqual(file);
    expect(client.writes).toHaveLength(1);
  });

  test('two at once: both say so in the end, one above the other', async () => {
    const hub = await freshHub();
    const [a, b] = await Promise.all([open(hub), open(hub)]);
    const settled = await Promise.allSettled([publish(a, CONTENT), publish(b, CLOSED)]);
    const seqs = settled.flatMap((one) => (one.status === 'fulfilled' ? [one.value.record.seq] : []));
    const errors = settled.flatMap((one) => (one.status === 'rejected' ? [one.reason as unknown] : []));
    expect(errors.every((error) => isLetterboxError(error, 'write-conflict'))).toBe(true);
    expect(new Set(seqs).size).toBe(seqs.length);
    expect((await readRecord(a.bucket, reading)).record.seq).toBe(Math.max(...seqs));
  });

  test('gives up after three looks; whoever calls waits and tries again', async () => {
    const inner = await open(await freshHub());
    const client = before(inner, (write) => plant(inner, { ...CLOSED, seq: NOW * 1000 + write }));
    expect(await failure(publish(client))).toMatchObject({
      code: 'write-conflict',
      context: { reason: 'changed' },
    });
    expect(client.writes).toHaveLength(3);
    expect((await publish(inner)).record.seq).toBe(NOW * 1000 + 4);
  });

  test('a write under way is a conflict too', async () => {
    const hub = await freshHub();
    const other = await beginStore(hub, RECORD_PATH, 1);
    expect(await failure(publish(await open(hub)))).toMatchObject({
      code: 'write-conflict',
      context: { reason: 'busy' },
    });
    await other.finish('x');
    await expect(publish(await open(hub))).resolves.toMatchObject({ record: CONTENT });
  });
});

describe('seq is never lowered', () => {
  test('below what is there, though the clock stands still', async () => {
    const client = await open(await freshHub());
    await plant(client, { ...CLOSED, seq: NOW * 1000 + 500_000 });
    expect((await publish(client)).record.seq).toBe(NOW * 1000 + 500_001);
  });

  test('below an expired one, by whatever clock that got its seq', async () => {
    const client = await open(await freshHub());
    for (const seq of [NOW * 1000 + 1, NOW * 1000 + 500_000]) {
      await plant(client, { seq, iat: NOW - 100 * DAY, exp: NOW });
      expect(await failure(readRecord(client.bucket, reading))).toMatchObject({ code: 'record-expired' });
      expect((await publish(client)).record.seq).toBe(seq + 1);
    }
  });

  test('below one of a device whose clock is a little ahead', async () => {
    const client = await open(await freshHub());
    await plant(client, { seq: (NOW + 601) * 1000, iat: NOW + 601, exp: NOW + 50 * DAY });
    const soon = { now: () => (NOW + 2) * 1000 };
    expect((await publish(client, CLOSED, { clock: soon })).record.seq).toBe((NOW + 601) * 1000 + 1);
  });

  test('below the pin, whatever a stale read shows; a stale record that says the same is not taken for it', async () => {
    const client = await open(await freshHub());
    await plant(client);
    const pin = { seq: NOW * 1000 + 40, token: 'newer' };
    expect((await publish(client, CONTENT, { pin })).record.seq).toBe(NOW * 1000 + 41);
  });

  test('above one that is ahead of the clock it would be refused by every reader: nothing is written', async () => {
    const client = before(await open(await freshHub()), () => Promise.resolve());
    const ahead = await plant(client, { ...CLOSED, seq: (NOW + 3600) * 1000 });
    expect(await failure(publish(client))).toMatchObject({ code: 'record-future' });
    expect((await client.read(RECORD_PATH, { what: 'record', maxBytes: 20_000 })).bytes).toEqual(ahead);
  });
});

describe('what is no own record is replaced', () => {
  test.each([
    ['text', utf8('hello')],
    ['nothing', new Uint8Array()],
    ['far too much', new Uint8Array(100_000)],
  ])('%s', async (_, bytes) => {
    const client = await open(await freshHub());
    await client.put(RECORD_PATH, bytes, AS_JSON);
    expect((await publish(client)).record.seq).toBe(NOW * 1000);
    await expect(readRecord(client.bucket, reading)).resolves.toMatchObject({ record: CONTENT });
  });

  test('a record by another key, its seq not minded', async () => {
    const client = await open(await freshHub());
    await plant(client, { ...CLOSED, seq: NOW * 1000 + 9 }, parsePrivateKey(OTHER_KEY));
    expect((await publish(client)).record.seq).toBe(NOW * 1000);
  });
});

describe('readRecord', () => {
  async function planted(change: Partial<RecordClaims> = {}, key = privateKey): Promise<Bucket> {
    const client = await open(await freshHub());
    await plant(client, change, key);
    return client.bucket;
  }

  test('record-not-found', async () => {
    const { bucket } = await open(await freshHub());
    expect(await failure(readRecord(bucket, reading))).toMatchObject({
      code: 'record-not-found',
      context: { bucket },
    });
  });

  test('key-mismatch: signed by another key', async () => {
    expect(await failure(readRecord(await planted({}, parsePrivateKey(OTHER_KEY)), reading))).toMatchObject({
      code: 'key-mismatch',
    });
  });

  test('record-place: a copy from elsewhere', async () => {
    const client = await open(await freshHub());
    const elsewhere = parseBucket(`https://gaia.example.com/${client.address}/`);
    await plant(client, { bucket: elsewhere });
    expect(await failure(readRecord(client.bucket, reading))).toMatchObject({
      code: 'record-place',
      context: { expected: client.bucket, actual: elsewhere },
    });
  });

  test('record-expired, record-future', async () => {
    expect(await failure(readRecord(await planted({ iat: NOW - 2, exp: NOW }), reading))).toMatchObject({
      code: 'record-expired',
    });
    expect(await failure(readRecord(await planted({ seq: (NOW + 601) * 1000 }), reading))).toMatchObject({
      code: 'record-future',
    });
  });

  test('record-rollback, record-conflict: held against the pin', async () => {
    const bucket = await planted();
    const pin = (await readRecord(bucket, reading)).pin;
    await expect(readRecord(bucket, { ...reading, pin })).resolves.toMatchObject({ pin });
    expect(
      await failure(readRecord(bucket, { ...reading, pin: { ...pin, seq: pin.seq + 1 } })),
    ).toMatchObject({
      code: 'record-rollback',
    });
    expect(await failure(readRecord(bucket, { ...reading, pin: { ...pin, token: 'other' } }))).toMatchObject({
      code: 'record-conflict',
    });
  });

  test('signature-invalid: what the caller’s own check says counts', async () => {
    expect(await failure(readRecord(await planted(), { ...reading, verify: () => false }))).toMatchObject({
      code: 'signature-invalid',
    });
  });

  test('too-large', async () => {
    const client = await open(await freshHub());
    await client.put(RECORD_PATH, new Uint8Array(16 * 1024 + 1), AS_JSON);
    expect(await failure(readRecord(client.bucket, reading))).toMatchObject({ code: 'too-large' });
  });

  test('unreachable, place-forbidden', async () => {
    const { address } = await open(await freshHub());
    const { origin } = await startRogue((_, response) => response.writeHead(503).end());
    const down = parseBucket(`${origin}/${address}/`, 'bucket', web);
    expect(await failure(readRecord(down, reading))).toMatchObject({ code: 'unreachable' });
    expect(await failure(readRecord(down, { fetch: nodeFetch, clock }))).toMatchObject({
      code: 'place-forbidden',
    });
  });
});
