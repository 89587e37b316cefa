import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shapeOf } from '../../src/agent/name-shape.ts';
import { expected, outlookOf } from '../../src/agent/outlook.ts';
import { parseRecipient } from '../../src/agent/recipients.ts';
import { createSingleFlight } from '../../src/agent/single-flight.ts';
import { later } from '../../src/agent/time.ts';
import { LetterboxError } from '../../src/protocol/errors.ts';
import { parseName } from '../../src/protocol/ids.ts';

describe('trying again', () => {
  const ports = {
    clock: { now: () => 1000 },
    random: { bytes: (length: number) => new Uint8Array(length).fill(127) },
  };
  const waits = (attempts: number, after?: number): number => later(ports, attempts, after).nextTry - 1000;

  test('waits longer each time, up to an hour', () => {
    const seconds = [0, 1, 2, 3, 20].map((attempts) => Math.round(waits(attempts) / 1000));
    expect(seconds).toEqual([5, 10, 20, 40, 3597]);
    expect(later(ports, 3).attempts).toBe(4);
  });

  test('waits at least as long as asked, within a day', () => {
    expect(waits(0, 600)).toBe(600_000);
    expect(waits(0, 1)).toBeGreaterThan(4000);
    expect(waits(0, 10_000_000)).toBe(86_400_000);
  });

  test('is spread by a fifth either way', () => {
    fc.assert(
      fc.property(fc.nat(255), (byte) => {
        const random = { bytes: () => Uint8Array.of(byte) };
        const wait = later({ ...ports, random }, 0).nextTry - 1000;
        expect(wait).toBeGreaterThanOrEqual(4000);
        expect(wait).toBeLessThanOrEqual(6000);
      }),
    );
  });
});

describe('an error', () => {
  test('of a server says itself whether to come back', () => {
    expect(outlookOf(new LetterboxError('recipient-refused', {}))).toEqual({ again: false });
    expect(outlookOf(new LetterboxError('quota', { after: 7 }))).toEqual({ again: true, after: 7 });
    expect(outlookOf(new LetterboxError('sender-unverified', {}))).toEqual({ again: true, after: 65 });
    expect(outlookOf(new LetterboxError('name-not-found', { name: 'x' }))).toEqual({ again: false });
    expect(outlookOf(new LetterboxError('unreachable', { url: 'x', problem: 'y' }))).toEqual({
      again: true,
      after: 0,
    });
  });

  test('that is not ours goes on', () => {
    expect(() => expected(new TypeError('bug'))).toThrow('bug');
  });
});

describe('names that are taken for each other', () => {
  test.each([
    ['alice.id', 'a1ice.id'],
    ['corner.id', 'comer.id'],
    ['wave.id', 'vvave.id'],
    ['bob-smith.id', 'bobsmith.id'],
    ['zoo5.id', 'z0os.id'],
  ])('%s and %s', (one, other) => {
    expect(shapeOf(parseName(one))).toBe(shapeOf(parseName(other)));
  });

  test('are not all names', () => {
    expect(shapeOf(parseName('alice.id'))).not.toBe(shapeOf(parseName('alina.id')));
  });
});

describe('a recipient', () => {
  const address = '1NdQMdGBmRnxrgGwBSL6bDePWjnhMqoN6c';

  test('is a name, an address, or an address with its bucket', () => {
    expect(parseRecipient('Bob.id.blockstack ', {})).toEqual({ name: 'bob.id.blockstack' });
    const known = '1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2';
    expect(parseRecipient(known, {})).toEqual({ address: known });
    const bucket = `https://hub.example/${known}/`;
    expect(parseRecipient({ address: known, bucket }, {})).toEqual({ address: known, bucket });
  });

  test.each([[address.slice(0, -1)], ['x'], [7], [null], [{}], [{ address }], ['a b c']])(
    'is not %j',
    (value) => {
      expect(() => parseRecipient(value, {})).toThrow(/malformed/);
    },
  );
});

describe('one run at a time', () => {
  test('a call during a run has another one follow', async () => {
    const runs: (() => void)[] = [];
    let idle = 0;
    const flight = createSingleFlight(
      () =>
        new Promise((resolve) => {
          runs.push(resolve);
        }),
      () => void (idle += 1),
    );
    const first = flight.run();
    const second = flight.run();
    expect([runs.length, flight.isBusy()]).toEqual([1, true]);
    runs[0]?.();
    await Promise.resolve();
    await Promise.resolve();
    expect(runs).toHaveLength(2);
    runs[1]?.();
    await Promise.all([first, second]);
    expect([flight.isBusy(), idle]).toEqual([false, 1]);
  });

  test('a run that fails ends, and the next one starts', async () => {
    let runs = 0;
    const flight = createSingleFlight(
      async () => {
        runs += 1;
        if (runs === 1) throw new Error('broken store');
      },
      () => undefined,
    );
    await expect(flight.run()).rejects.toThrow('broken store');
    await flight.run();
    expect(runs).toBe(2);
  });
});
