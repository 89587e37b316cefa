import { HubError } from './hub-error.ts';
import type { FileInfo, HubStorage } from './hub-storage.ts';

/** One page of a bucket's files: paths, or with `stat` what is known of each. `page` is null on the last one. */
export interface Listing {
  entries: (string | ListedFile)[];
  page: string | null;
}

/** `lastModifiedDate` in Unix seconds. */
export interface ListedFile {
  name: string;
  exists: true;
  etag: string;
  contentLength: number;
  contentType: string;
  lastModifiedDate: number;
}

const PAGE_SIZE = 100;

/**
 * `POST /list-files/:address` with `{page?, stat?}`.
 * @throws HubError InvalidInputError (400) for a page that is not a number
 */
export async function listFiles(
  storage: HubStorage,
  bucket: string,
  body: { page?: unknown; stat?: unknown },
): Promise<Listing> {
  const page = parsePage(body.page);
  const files = await storage.list(bucket);
  const entries = files.slice(page * PAGE_SIZE, (page + 1) * PAGE_SIZE);
  const more = files.length > (page + 1) * PAGE_SIZE;
  return {
    entries: entries.map((file) => (body.stat ? describe(file) : file.path)),
    page: more ? String(page + 1) : null,
  };
}

function parsePage(page: unknown): number {
  if (page === undefined || page === null || page === '') return 0;
  if (typeof page === 'string' && /^\d{1,9}$/.test(page)) return Number(page);
  throw new HubError('InvalidInputError', 'The page is not a number');
}

function describe(file: FileInfo): ListedFile {
  return {
    name: file.path,
    exists: true,
    etag: file.etag,
    contentLength: file.size,
    contentType: file.contentType,
    lastModifiedDate: Math.floor(file.modified / 1000),
  };
}
