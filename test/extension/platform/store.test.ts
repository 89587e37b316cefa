import 'fake-indexeddb/auto';
import { forceCloseDatabase } from 'fake-indexeddb';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openStore, type OpenedStore } from '../../../extension/platform/store.ts';
import { DEFAULT_SETTINGS } from '../../../src/agent/settings.ts';

const ROW = { key: 'settings', settings: DEFAULT_SETTINGS } as const;
const opening = vi.spyOn(indexedDB, 'open');
let store: OpenedStore;

beforeEach(async () => {
  opening.mockClear();
  store = await openStore(crypto.randomUUID());
  await store.write(['settings'], (tx) => tx.put('settings', ROW));
});
afterEach(() => store.close());

/** As the browser does where the disk is full, or the files are damaged or cleared. */
function closeByItself(): void {
  forceCloseDatabase(opening.mock.results.at(-1)?.value.result);
}

const kept = () => store.read(['settings'], (tx) => tx.get('settings', 'settings'));

test('a database that the browser has closed is opened again, once, by who asks next', async () => {
  closeByItself();
  expect(await Promise.all([kept(), kept()])).toEqual([ROW, ROW]);
  await store.write(['settings'], (tx) => tx.delete('settings', 'settings'));
  expect(await kept()).toBeUndefined();
  expect(opening).toHaveBeenCalledTimes(2);
  closeByItself();
  expect(await kept()).toBeUndefined();
  expect(opening).toHaveBeenCalledTimes(3);
});

test('one that can’t be opened again fails who asked, and is opened once it can', async () => {
  closeByItself();
  const full = new DOMException('the disk is full', 'QuotaExceededError');
  opening.mockImplementationOnce(() => {
    throw full;
  });
  await expect(kept()).rejects.toBe(full);
  expect(await kept()).toEqual(ROW);
});
