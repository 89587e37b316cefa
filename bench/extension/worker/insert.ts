import { SCHEMA } from '../../../src/agent/store.ts';

const NAME = 'bare';

/** Puts rows into a table with the indexes of the agent's entries, durably, so many a transaction. */
export async function insert(rows: readonly unknown[], atOnce: number): Promise<void> {
  await done(indexedDB.deleteDatabase(NAME));
  const opening = indexedDB.open(NAME);
  opening.addEventListener('upgradeneeded', () => createEntries(opening.result));
  const database = await done(opening);
  for (let at = 0; at < rows.length; at += atOnce) {
    const tx = database.transaction('entries', 'readwrite', { durability: 'strict' });
    for (const row of rows.slice(at, at + atOnce)) tx.objectStore('entries').put(row);
    await new Promise((resolve, reject) => {
      tx.addEventListener('complete', resolve);
      tx.addEventListener('abort', () => reject(tx.error ?? new Error('the transaction was aborted')));
    });
  }
  database.close();
}

function createEntries(database: IDBDatabase): void {
  const { key, indexes } = SCHEMA.entries;
  const table = database.createObjectStore('entries', { keyPath: [...key] });
  for (const [name, path] of Object.entries(indexes))
    table.createIndex(name, typeof path === 'string' ? path : [...path]);
}

function done<Result>(request: IDBRequest<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result));
    request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB failed')));
  });
}
