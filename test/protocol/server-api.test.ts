import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utf8 } from '../../src/protocol/bytes.ts';
import {
  parseAcceptance,
  parseCounts,
  parseDeliveryPage,
  parseItemsBody,
  parsePolicyBody,
  parseSendBody,
  parseServerInfo,
} from '../../src/protocol/server-api.ts';
import { alice } from '../vectors/people.ts';
import { codeOf } from './support.ts';

const json = (value: unknown): Uint8Array => utf8(JSON.stringify(value));
const id = 'BwcHBwcHBwcHBwcHBwcHBw';
const pointer = 'x'.repeat(2308);
const delivery = {
  id,
  from: { address: alice.address, bucket: alice.bucket },
  pointer,
  receivedAt: 1,
  expires: 2,
  read: false,
};
const page = { items: [delivery], cursor: 'c', more: false, unread: 1, total: 1 };

describe('bodies', () => {
  test('a send', async () => {
    expect(parseSendBody(json({ id, pointer }))).toEqual({ id, pointer });
    for (const bad of [
      { id },
      { id, pointer: `${pointer}x` },
      { id, pointer: 'x' },
      { id: 'x', pointer },
      [],
      1,
    ]) {
      expect(await codeOf(() => parseSendBody(json(bad)))).toBe('malformed');
    }
  });

  test('acks and deletions: at most 200', async () => {
    const item = { from: alice.address, id };
    expect(parseItemsBody(json({ items: Array.from({ length: 200 }, () => item) }))).toHaveLength(200);
    expect(await codeOf(() => parseItemsBody(json({ items: Array.from({ length: 201 }, () => item) })))).toBe(
      'malformed',
    );
    expect(await codeOf(() => parseItemsBody(json({ items: [{ from: 'x', id }] })))).toBe('malformed');
  });

  test('a policy', async () => {
    const policy = { seq: 1, allowed: [alice.address], blocked: [] };
    expect(parsePolicyBody(json(policy))).toEqual(policy);
    expect(await codeOf(() => parsePolicyBody(json({ ...policy, seq: -1 })))).toBe('malformed');
    expect(await codeOf(() => parsePolicyBody(json({ ...policy, blocked: ['x'] })))).toBe('malformed');
  });

  test('a page', async () => {
    expect(parseDeliveryPage(json(page), {})).toEqual(page);
    for (const bad of [
      { more: 1 },
      { items: [{}] },
      { cursor: 3 },
      { unread: -1 },
      { items: [{ ...delivery, read: 0 }] },
    ]) {
      expect(await codeOf(() => parseDeliveryPage(json({ ...page, ...bad }), {}))).toBe('malformed');
    }
  });

  test('answers', () => {
    expect(parseAcceptance(json({ receivedAt: 1, expires: 2 }))).toEqual({ receivedAt: 1, expires: 2 });
    expect(parseCounts(json({ unread: 0, total: 3 }))).toEqual({ unread: 0, total: 3 });
    const info = {
      versions: [1],
      limits: {},
      retention: 5,
      admission: 'open',
      epoch: 'e',
      operator: 'Someone',
    };
    expect(parseServerInfo(json(info))).toEqual(info);
  });

  test('whatever comes is a value or malformed', async () => {
    const parsers = [
      parseSendBody,
      parseItemsBody,
      parsePolicyBody,
      parseAcceptance,
      parseCounts,
      parseServerInfo,
    ];
    await fc.assert(
      fc.asyncProperty(fc.json(), fc.constantFrom(...parsers), async (text, parse) => {
        expect(await codeOf(() => parse(utf8(text)))).toBe('malformed');
      }),
    );
  });
});
