import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tab } from '../../scripts/journey/tab.ts';

/** All that the extension keeps, as text: both storage areas, and every row of every database. Bytes are also hex. */
export async function everythingKept(page: Tab): Promise<{ memory: string; disk: string }> {
  return page.evaluate(async () => {
    const asText = (value: unknown) =>
      JSON.stringify(value, (_, part: unknown) =>
        part instanceof Uint8Array
          ? {
              hex: Array.from(part, (byte) => byte.toString(16).padStart(2, '0')).join(''),
              text: new TextDecoder().decode(part),
            }
          : part,
      );
    const done = <Result>(request: IDBRequest<Result>) =>
      new Promise<Result>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error ?? new Error('IndexedDB')));
      });
    const rows: unknown[] = [await chrome.storage.local.get(null)];
    for (const { name = '' } of await indexedDB.databases()) {
      const database = await done(indexedDB.open(name));
      const names = [...database.objectStoreNames];
      const tx = database.transaction(names);
      for (const table of names) rows.push(await done(tx.objectStore(table).getAll()));
      database.close();
    }
    return { memory: asText(await chrome.storage.session.get(null)), disk: asText(rows) };
  });
}

const PAGE_CACHE = /[/\\](?:Cache|cache2)[/\\]/;

/**
 * Which of some words stand in any file of a profile, as UTF-8 or UTF-16: what a copy of it would show to somebody who
 * looks through its bytes. Parts that a file keeps compressed are not looked into, nor what pages have had cached: the
 * tests' wallet has everybody's name in its script.
 */
export async function wordsInFiles(profile: string, words: readonly string[]): Promise<string[]> {
  const found = new Set<string>();
  for (const file of await readdir(profile, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const path = join(file.parentPath, file.name);
    if (PAGE_CACHE.test(path)) continue;
    const bytes = await readFile(path);
    for (const word of words)
      if (bytes.includes(word) || bytes.includes(Buffer.from(word, 'utf16le')))
        found.add(`${word} in ${path.slice(profile.length)}`);
  }
  return [...found];
}
