import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/protocol/bytes.ts';
import type { Bucket } from '../../src/protocol/ids.ts';
import {
  checkPin,
  createRecordFile,
  nextSeq,
  openRecord,
  type RecordPin,
} from '../../src/protocol/record.ts';
import { alice, app, now, server } from '../vectors/people.ts';
import { codeOf, outcomeOf, vectors } from './support.ts';

interface Vector {
  name: string;
  file: string;
}
interface Records {
  now: number;
  place: Bucket;
  accepted: (Vector & { seq: number })[];
  refused: (Vector & { code: string })[];
  pins: (Vector & { pinned: RecordPin; code: string | null })[];
}
const { accepted, refused, pins, ...check } = vectors<Records>('2-record');

test.each(accepted)('accepts: $name', ({ file, seq }) => {
  const record = openRecord(utf8(file), check);
  expect(record).toMatchObject({ address: alice.address, publicKey: alice.publicKey, seq });
});

test.each(refused)('$code: $name', async ({ file, code }) => {
  expect(await codeOf(() => openRecord(utf8(file), check))).toBe(code);
});

describe('pins', () => {
  test.each(pins)('$name', async ({ file, pinned, code }) => {
    const record = openRecord(utf8(file), check);
    expect(await outcomeOf(() => checkPin(record, pinned))).toBe(code ?? 'accepted');
  });

  test('a first record needs none', () => {
    const [first] = accepted;
    expect(() => checkPin(openRecord(utf8(first?.file ?? ''), check), undefined)).not.toThrow();
  });
});

test('without a place, as at enrolment, the record speaks for its own', () => {
  const copy = refused.find(({ code }) => code === 'record-place');
  expect(openRecord(utf8(copy?.file ?? ''), { now }).bucket).toContain('elsewhere.example');
});

test('what is created opens, claim for claim', () => {
  const claims = {
    address: alice.address,
    bucket: alice.bucket,
    app,
    servers: [
      { type: 'letterbox', url: server },
      { type: 'gaia', url: 'https://hub.example' },
      { type: 'matrix', url: 'https://matrix.example', user: '@alice:matrix.example', device: 'LB' },
      { type: 'radiks', url: 'https://radiks.example' },
    ],
    accept: { maxBytes: 1000, unknown: 'named' },
    seq: now * 1000,
    iat: now,
    exp: now + 60,
  } as const;
  const file = createRecordFile(claims, alice.privateKey);
  expect(openRecord(file, { now, place: alice.bucket })).toMatchObject(claims);
  expect(createRecordFile(claims, alice.privateKey)).toEqual(file);
});

test('seq never repeats and follows the clock', () => {
  expect(nextSeq(undefined, 5)).toBe(5);
  expect(nextSeq(5, 5)).toBe(6);
  expect(nextSeq(900, 5)).toBe(901);
  expect(nextSeq(5, 900)).toBe(900);
});

test('cut or changed anywhere, a record is refused', async () => {
  const file = utf8(accepted[0]?.file ?? '');
  await fc.assert(
    fc.asyncProperty(fc.nat(file.length - 1), fc.integer({ min: 1, max: 255 }), async (at, flip) => {
      const changed = file.with(at, (file[at] as number) ^ flip);
      expect(await outcomeOf(() => openRecord(changed, check))).toMatch(/^(malformed|signature-invalid)$/);
      expect(await codeOf(() => openRecord(file.subarray(0, at), check))).toBe('malformed');
    }),
    { numRuns: 200 },
  );
});
