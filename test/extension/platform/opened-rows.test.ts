import { describe, expect, test } from 'vitest';
import { createOpenedRows } from '../../../extension/platform/opened-rows.ts';

const stored = (...sealed: number[]) => ({ address: '1Bob', app: 'quill', sealed: Uint8Array.from(sealed) });

/** How often it had to be opened. */
function opening() {
  const rows = createOpenedRows();
  const set = { rows, times: 0, read: (row: object) => rows.orOpen('inboxes', row, () => (set.times += 1)) };
  return set;
}

describe('a row that was opened', () => {
  test('is not opened again while it stands there as it did', () => {
    const set = opening();
    expect([set.read(stored(1, 2, 3)), set.read(stored(1, 2, 3))]).toEqual([1, 1]);
  });

  test.each([
    ['another byte', stored(1, 2, 4)],
    ['an end that is missing', stored(1, 2)],
    ['more behind it', stored(1, 2, 3, 0)],
    ['another key', { ...stored(1, 2, 3), address: '1Alice' }],
    ['nothing sealed', { address: '1Bob', app: 'quill' }],
  ])('with %s is opened again', (_, other) => {
    const set = opening();
    set.read(stored(1, 2, 3));
    expect(set.read(other)).toBe(2);
  });

  test('in another table is another', () => {
    const set = opening();
    const link = { inbox: '1Bob', server: 's', sealed: Uint8Array.of(1) };
    set.rows.orOpen('links', link, () => 0);
    expect(set.rows.orOpen('inboxes', { ...link, address: '1Bob' }, () => 'inbox')).toBe('inbox');
  });

  test('of which there are many is opened each time', () => {
    const set = opening();
    const entry = { inbox: '1Bob', from: '1Alice', id: 'm', sealed: Uint8Array.of(1) };
    const read = () => set.rows.orOpen('entries', entry, () => (set.times += 1));
    expect([read(), read()]).toEqual([1, 2]);
  });

  test('is forgotten when there are too many, and opened again', () => {
    const set = opening();
    for (let index = 0; index < 2500; index += 1) set.read({ ...stored(1), address: String(index) });
    expect(set.read({ ...stored(1), address: '0' })).toBe(2501);
    expect(set.read({ ...stored(1), address: '2499' })).toBe(2500);
  });
});
