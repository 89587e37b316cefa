import { createHash, randomUUID } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { HubFile } from './hub-path.ts';

/** What is known of a stored file without its content. `etag` is its MD5 in hex, `modified` in Unix milliseconds. */
export interface FileInfo {
  path: string;
  contentType: string;
  etag: string;
  size: number;
  modified: number;
}

export interface StoredFile extends FileInfo {
  content: Buffer;
}

/** Files of all buckets, durable once a call has answered. */
export interface HubStorage {
  read(file: HubFile): Promise<StoredFile | null>;
  write(file: HubFile, contentType: string, content: Buffer): Promise<FileInfo>;
  /** False if there was no such file. */
  remove(file: HubFile): Promise<boolean>;
  /** In the order of their paths. */
  list(bucket: string): Promise<FileInfo[]>;
}

/**
 * Files under `directory/<bucket>/<SHA-256 of the path>`, each a line of JSON (FileInfo) followed by the content.
 *
 * The digest keeps every path inside, whatever it holds; content and description in one file change in one rename.
 */
export function diskStorage(directory: string, now: () => number): HubStorage {
  const place = (file: HubFile): string => join(directory, file.bucket, sha256(file.path));

  return {
    read(file) {
      return orNull(async () => decode(await readFile(place(file))));
    },

    async write(file, contentType, content) {
      const etag = createHash('md5').update(content).digest('hex');
      const info = { path: file.path, contentType, etag, size: content.length, modified: now() };
      await mkdir(join(directory, file.bucket), { recursive: true });
      const half = join(directory, `.half-${randomUUID()}`);
      await writeFile(half, Buffer.concat([Buffer.from(`${JSON.stringify(info)}\n`), content]), {
        mode: 0o600,
      });
      await rename(half, place(file));
      return info;
    },

    async remove(file) {
      const removed = await orNull(async () => {
        await rm(place(file));
        return true;
      });
      return removed ?? false;
    },

    async list(bucket) {
      const names = (await orNull(() => readdir(join(directory, bucket)))) ?? [];
      const files = await Promise.all(
        names.map((name) => orNull(async () => decode(await readFile(join(directory, bucket, name))))),
      );
      return files
        .filter((file) => file !== null)
        .map(({ content: _content, ...info }) => info)
        .toSorted((a, b) => (a.path < b.path ? -1 : 1));
    },
  };
}

function decode(bytes: Buffer): StoredFile {
  const end = bytes.indexOf(0x0a);
  const info = JSON.parse(bytes.toString('utf8', 0, end)) as FileInfo;
  return { ...info, content: bytes.subarray(end + 1) };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

async function orNull<T>(attempt: () => Promise<T>): Promise<T | null> {
  try {
    return await attempt();
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
