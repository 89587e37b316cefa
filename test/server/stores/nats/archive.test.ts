import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { utf8 } from '../../../../src/protocol/bytes.ts';
import { openArchive, writeArchive } from '../../../../src/server/stores/nats/archive.ts';
import type { Kept } from '../../../../src/server/stores/nats/moment.ts';

let folder: string;
let file: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'letterbox-archive-'));
  file = join(folder, 'backup');
});

afterEach(() => {
  rmSync(folder, { recursive: true });
});

const MESSAGES: Kept[] = Array.from({ length: 300 }, (_, index) => ({
  subject: `0.mail.${index}`,
  data: utf8('ä\n'.repeat(index)),
  time: index,
  ...(index % 2 === 0 ? {} : { seconds: index }),
}));

async function* these(messages: readonly Kept[]): AsyncGenerator<Kept> {
  yield* messages;
}

const write = (messages = these(MESSAGES)) => writeArchive(file, { partitions: 2, messages });

test('what is written is read, and the file is its owner’s alone', async () => {
  expect(await write()).toBe(MESSAGES.length);
  const { partitions, messages } = await openArchive(file);
  expect(partitions).toBe(2);
  const read: Kept[] = [];
  for await (const kept of messages) read.push({ ...kept, data: Uint8Array.from(kept.data) });
  expect(read).toEqual(MESSAGES);
  expect(statSync(file).mode & 0o777).toBe(0o600);
});

test('a file that is there is left alone, and one that was not finished has no name', async () => {
  await write(these([]));
  await expect(write()).rejects.toThrow('is there already');
  rmSync(file);
  async function* failing(): AsyncGenerator<Kept> {
    yield* MESSAGES;
    throw new Error('the cluster is gone');
  }
  await expect(write(failing())).rejects.toThrow('the cluster is gone');
  expect(readdirSync(folder)).toEqual([]);
});

test('what is cut off, damaged, of a newer version or something else is said', async () => {
  await write();
  const whole = readFileSync(file);
  const text = gunzipSync(whole).toString();
  const flipped = Buffer.from(whole);
  flipped.writeUInt8(flipped.readUInt8(200) ^ 1, 200);
  const cases: [Buffer, string][] = [
    [whole.subarray(0, 400), 'is damaged, or no backup of a store on NATS'],
    [flipped, 'is damaged, or no backup of a store on NATS'],
    [Buffer.from('SQLite format 3'), 'is damaged, or no backup of a store on NATS'],
    [gzipSync('{"letterbox":"something else"}\n'), 'is damaged, or no backup of a store on NATS'],
    [gzipSync('no JSON\n'), 'is damaged, or no backup of a store on NATS'],
    [gzipSync(text.replace('"version":1', '"version":2')), 'is a backup of version 2, newer than this'],
    [gzipSync(text.slice(0, text.lastIndexOf('{'))), 'is cut off'],
    [gzipSync(text.replace(/\["0\.mail\.7".*\n/, '')), 'is cut off'],
  ];
  for (const [contents, said] of cases) {
    writeFileSync(file, contents);
    await expect(openArchive(file)).rejects.toThrow(said);
  }
  await expect(openArchive(join(folder, 'nothing'))).rejects.toThrow('there is no');
});
