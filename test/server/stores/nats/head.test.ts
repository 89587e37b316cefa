import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Address } from '../../../../src/protocol/ids.ts';
import {
  countOf,
  decodeHead,
  encodeHead,
  listed,
  type Entry,
} from '../../../../src/server/stores/nats/head.ts';

const number = fc.maxSafeNat();
const senders = fc.constantFrom('1Alice', '1Bob', '1Carol') as fc.Arbitrary<Address>;
const entry = fc.record(
  { sequence: fc.nat(), expires: fc.nat(4_000_000_000), read: fc.boolean(), stranger: senders },
  { requiredKeys: ['sequence', 'expires', 'read'] },
);
const entries = fc
  .uniqueArray(entry, { selector: ({ sequence }) => sequence, maxLength: 50 })
  .map((all): Entry[] => all.toSorted((a, b) => a.sequence - b.sequence));
const head = fc.record(
  {
    generation: fc.nat(2 ** 48 - 1),
    last: number,
    stored: fc.nat(),
    policy: fc.record({ seq: fc.nat(2 ** 53 - 2), digest: fc.string() }),
    entries,
  },
  { requiredKeys: ['generation', 'last', 'entries'] },
);

describe('the head of an inbox', () => {
  test('is read as it was written', () => {
    fc.assert(
      fc.property(head, (one) => {
        expect(decodeHead(encodeHead(one))).toEqual(one);
      }),
    );
  });

  test('cut off, it is no head', () => {
    const bytes = fc.tuple(head, fc.double({ min: 0, max: 0.999, noNaN: true }));
    fc.assert(
      fc.property(bytes, ([one, share]) => {
        const whole = encodeHead(one);
        const part = whole.subarray(0, Math.floor(whole.length * share));
        expect(() => decodeHead(part)).toThrow(RangeError);
      }),
    );
  });

  test('of a newer form is refused', () => {
    const bytes = encodeHead({ generation: 1, last: 0, entries: [] });
    bytes[0] = 2;
    expect(() => decodeHead(bytes)).toThrow('newer form');
  });

  test.each([
    [10_000, 100_000],
    [50_000, 500_000],
  ])('with %i deliveries is no larger than %i bytes', (count, bytes) => {
    const all = Array.from({ length: count }, (_, n) => ({
      sequence: n * 3,
      expires: 1_800_000_000 + n * 50,
      read: n % 2 === 0,
    }));
    expect(encodeHead({ generation: 2 ** 47, last: count * 3, entries: all }).length).toBeLessThan(bytes);
  });

  test('counts what has not expired', () => {
    const at = (sequence: number, expires: number, more: Partial<Entry> = {}): Entry => ({
      sequence,
      expires,
      read: false,
      ...more,
    });
    const all = [at(1, 10), at(2, 11, { read: true }), at(3, 12, { stranger: '1Alice' as Address })];
    const one = { generation: 1, last: 3, entries: all };
    expect(countOf(listed(one, 9))).toEqual({ total: 3, unread: 2, strangers: 1 });
    expect(countOf(listed(one, 10))).toEqual({ total: 2, unread: 1, strangers: 1 });
    expect(countOf(listed(one, 12))).toEqual({ total: 0, unread: 0, strangers: 0 });
  });
});
