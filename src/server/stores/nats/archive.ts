import { createReadStream, createWriteStream, existsSync, rmSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline as pipe, Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createGunzip, createGzip } from 'node:zlib';
import type { Kept } from './moment.ts';

/**
 * A backup of a store on NATS, one file: gzip of lines of JSON.
 * ```
 *  {"letterbox":"store on NATS","version":1,"partitions":2}
 *  ["0.head.1A…",1790000000,null,"base64 of the data"]      subject without the store's name, time, seconds it is kept
 *  …
 *  {"messages":1234}
 * ```
 */
export interface Archive {
  readonly partitions: number;
  /** In the order in which they are to be written again. */
  readonly messages: AsyncIterable<Kept>;
}

const KIND = 'store on NATS';
const VERSION = 1;

/**
 * Writes one, which has its name once all of it is on the disk.
 * @returns how many messages it holds
 * @throws Error where the file is there already, or what reading `messages` throws
 */
export async function writeArchive(file: string, { partitions, messages }: Archive): Promise<number> {
  if (existsSync(file)) throw new Error(`${file} is there already`);
  const part = `${file}.part`;
  let count = 0;
  async function* lines(): AsyncGenerator<string, void, undefined> {
    yield lineOf({ letterbox: KIND, version: VERSION, partitions });
    for await (const { subject, time, seconds = null, data } of messages) {
      count += 1;
      yield lineOf([subject, time, seconds, Buffer.from(data).toString('base64')]);
    }
    yield lineOf({ messages: count });
  }
  try {
    rmSync(part, { force: true });
    const gzip = createGzip({ level: constants.Z_BEST_SPEED });
    await pipeline(Readable.from(lines()), gzip, createWriteStream(part, { mode: 0o600, flush: true }));
    await rename(part, file);
    await sync(dirname(file));
  } finally {
    rmSync(part, { force: true });
  }
  return count;
}

/**
 * Opens one once all of it was read and found whole.
 * @throws Error where it is damaged, or none, or of a newer version
 */
export async function openArchive(file: string): Promise<Archive> {
  if (!existsSync(file)) throw new Error(`there is no ${file}`);
  for await (const _message of messagesIn(file));
  return { partitions: await partitionsIn(file), messages: messagesIn(file) };
}

async function partitionsIn(file: string): Promise<number> {
  for await (const value of valuesIn(file)) {
    const { letterbox, version, partitions } = value as Record<string, unknown>;
    if (letterbox !== KIND || typeof partitions !== 'number') break;
    if (version === VERSION) return partitions;
    throw new Error(`${file} is a backup of version ${String(version)}, newer than this letterbox-server`);
  }
  throw noArchive(file);
}

/** @throws Error where it does not end as it should */
async function* messagesIn(file: string): AsyncGenerator<Kept, void, undefined> {
  await partitionsIn(file);
  let count = -1; // for the first line
  let told: unknown;
  for await (const value of valuesIn(file)) {
    if (Array.isArray(value)) yield keptIn(value as unknown as Line);
    else told = Reflect.get(value, 'messages');
    count += told === undefined ? 1 : 0;
  }
  if (told !== count) throw new Error(`${file} is cut off`);
}

type Line = readonly [subject: string, time: number, seconds: number | null, data: string];

function keptIn([subject, time, seconds, data]: Line): Kept {
  return { subject, time, data: Buffer.from(data, 'base64'), ...(seconds === null ? {} : { seconds }) };
}

const lineOf = (value: unknown): string => `${JSON.stringify(value)}\n`;

async function* valuesIn(file: string): AsyncGenerator<object, void, undefined> {
  for await (const line of linesIn(file)) {
    try {
      yield JSON.parse(line) as object;
    } catch (error) {
      throw error instanceof SyntaxError ? noArchive(file, error) : error;
    }
  }
}

async function* linesIn(file: string): AsyncGenerator<string, void, undefined> {
  // what fails on the way to it is thrown where it is read
  const unpacked = pipe(createReadStream(file), createGunzip(), () => undefined);
  let rest = '';
  try {
    for await (const text of unpacked.setEncoding('utf8')) {
      const lines = `${rest}${String(text)}`.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw String(Reflect.get(error as Error, 'code')).startsWith('Z_') ? noArchive(file, error) : error;
  }
}

function noArchive(file: string, cause?: unknown): Error {
  return new Error(`${file} is damaged, or no backup of a store on NATS`, { cause });
}

async function sync(folder: string): Promise<void> {
  const handle = await open(folder);
  await handle.sync();
  await handle.close();
}
