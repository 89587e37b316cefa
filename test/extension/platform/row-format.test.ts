import { createDecipheriv, createHmac, hkdfSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { manyRows, openRow, rowKeysOf, sealRow, veiled } from '../../../extension/platform/row-format.ts';
import { fromText, toText } from '../../../extension/platform/row-text.ts';
import { fromHex, toHex } from '../../../src/protocol/bytes.ts';
import { isLetterboxError } from '../../../src/protocol/errors.ts';
import { random } from '../../agent/world.ts';
import { vectors } from '../../protocol/support.ts';

interface Vectors {
  readonly vaultKey: string;
  readonly sealing: string;
  readonly veiling: string;
  readonly veils: readonly { table: string; text: string; veiled: string }[];
  readonly rows: readonly { table: string; key: unknown; text: string; sealed: string }[];
}

const { vaultKey, sealing, veiling, veils, rows } = vectors<Vectors>('rows');
const keys = rowKeysOf(fromHex(vaultKey));
const [first, second] = rows;
if (first === undefined || second === undefined) throw new Error('two rows are needed');
const sealed = fromHex(first.sealed);

/** The same by other means: what the docstring says is enough to open a row without this code. */
function decipher(bytes: Uint8Array, { table, key }: Vectors['rows'][number]): string {
  const aes = createDecipheriv('aes-256-gcm', fromHex(sealing), bytes.slice(1, 13));
  aes.setAAD(Buffer.from(`letterbox/rows/1/${table}/${JSON.stringify(key)}`));
  aes.setAuthTag(bytes.slice(-16));
  return Buffer.concat([aes.update(bytes.slice(13, -16)), aes.final()]).toString();
}

test('the vectors open here, and by the words of the docstring alone', () => {
  const derived = Buffer.from(hkdfSync('sha256', fromHex(vaultKey), '', 'letterbox/rows/1', 64)).toString(
    'hex',
  );
  expect(derived).toBe(sealing + veiling);
  expect([toHex(keys.sealing), toHex(keys.veiling)]).toEqual([sealing, veiling]);
  for (const row of rows) {
    expect(openRow(keys, row, fromHex(row.sealed))).toEqual(fromText(row.text));
    expect(fromHex(row.sealed)[0]).toBe(1);
    expect(decipher(fromHex(row.sealed), row)).toBe(row.text);
  }
  for (const { table, text, veiled: made } of veils) {
    expect(veiled(keys, table, text)).toBe(made);
    const mac = createHmac('sha256', fromHex(veiling)).update(`${table}/${text}`).digest();
    expect(made).toBe(mac.subarray(0, 16).toString('base64url'));
  }
});

test('many at once are sealed and opened as one is, and refused as one is', async () => {
  const many = await manyRows(keys, random);
  for (const row of rows) {
    expect(await many.open(row, fromHex(row.sealed))).toEqual(fromText(row.text));
    const sealedAnew = await many.seal(row, fromText(row.text));
    expect(openRow(keys, row, sealedAnew)).toEqual(fromText(row.text));
    expect(decipher(sealedAnew, row)).toBe(row.text);
  }
  const broken = [sealed.slice(0, 28), sealed.with(0, 2), sealed.with(20, (sealed[20] ?? 0) ^ 1), undefined];
  for (const one of broken) await expect(many.open(first, one)).rejects.toMatchObject({ code: 'malformed' });
  await expect(many.open(second, sealed)).rejects.toMatchObject({ code: 'malformed' });
});

test('one row sealed twice shares no nonce, and none of it stands in what is stored', () => {
  const row = { text: 'The ferry leaves at nine.' };
  const [one, other] = [sealRow(keys, first, row, random), sealRow(keys, first, row, random)];
  expect(toHex(one.slice(1, 13))).not.toBe(toHex(other.slice(1, 13)));
  expect(Buffer.from(one).includes('ferry')).toBe(false);
  expect(openRow(keys, first, other)).toEqual(row);
});

test.each([
  ['bytes', { file: Uint8Array.of(0, 1, 255) }],
  ['text that looks like bytes', { text: '\0bAAEC', '\0b': '\0' }],
  ['half a character', { text: '\uD83D' }],
  ['a member called __proto__', JSON.parse('{"__proto__":{"a":1}}')],
  ['numbers', { order: [-1_795_300_000, 0, 1.5] }],
])('%s come back as they were', (_, row: unknown) => {
  expect(fromText(toText(row))).toEqual(row);
});

test('a long row comes back, too', () => {
  const row = { file: new Uint8Array(1_000_000).fill(7) };
  expect(openRow(keys, first, sealRow(keys, first, row, random))).toEqual(row);
});

describe('does not open', () => {
  const flipped = (at: number) => sealed.with(at, (sealed[at] ?? 0) ^ 1);
  const changed = 'changed, or of another place';

  test.each([
    ['with a flipped bit of the nonce', first, flipped(1), changed],
    ['of the ciphertext', first, flipped(20), changed],
    ['of the tag', first, flipped(sealed.length - 1), changed],
    ['cut short by a byte', first, sealed.slice(0, -1), changed],
    ['cut to its nonce', first, sealed.slice(0, 20), 'cut short'],
    ['empty', first, new Uint8Array(), 'of another version'],
    ['of an unknown version', first, sealed.with(0, 2), 'of another version'],
    ['in another table', { ...first, table: 'contacts' }, sealed, changed],
    ['under another key', { ...first, key: 'q' }, sealed, changed],
    ['in another’s place', second, sealed, changed],
    ['that was never sealed', first, undefined, 'not sealed'],
  ])('a row %s', (_, place, bytes, problem) => {
    expect(problemOf(() => openRow(keys, place, bytes))).toBe(problem);
  });

  test('a row of another vault', () => {
    expect(problemOf(() => openRow(rowKeysOf(random.bytes(32)), first, sealed))).toBe(changed);
  });
});

function problemOf(open: () => unknown): string | undefined {
  try {
    open();
  } catch (error) {
    if (isLetterboxError(error, 'malformed')) return error.context.problem;
    throw error;
  }
  return undefined;
}
