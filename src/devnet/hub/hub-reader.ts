import { text } from '../loopback.ts';
import type { Answer } from '../loopback.ts';
import { HubError } from './hub-error.ts';
import { checkPath } from './hub-path.ts';
import type { HubFile } from './hub-path.ts';
import type { HubStorage } from './hub-storage.ts';

/**
 * `GET` and `HEAD <read_url_prefix><address>/<path>`, open to all.
 *
 * As with the hubs that are out there, conditional reads are not known: If-None-Match changes nothing.
 */
export async function readFile(storage: HubStorage, file: HubFile): Promise<Answer> {
  if (!isReadable(file)) return text(400, 'Could not return file');
  const stored = await storage.read(file);
  if (stored === null) return text(404, 'File not found');
  return {
    status: 200,
    headers: {
      'Content-Type': stored.contentType,
      ETag: stored.etag,
      'Last-Modified': new Date(stored.modified).toUTCString(),
      'Cache-Control': 'no-cache',
    },
    body: stored.content,
  };
}

function isReadable(file: HubFile): boolean {
  try {
    checkPath(file);
    return true;
  } catch (error) {
    if (error instanceof HubError) return false;
    throw error;
  }
}
