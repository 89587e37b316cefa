import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { readBody } from '../body.ts';
import { HubError } from './hub-error.ts';
import { checkPath } from './hub-path.ts';
import type { HubFile } from './hub-path.ts';
import { isUnlimited, permits } from './hub-scopes.ts';
import type { Scopes } from './hub-scopes.ts';
import type { FileInfo, HubStorage } from './hub-storage.ts';

const MAX_CONTENT_TYPE = 1024;

/** `POST /store/:address/:path`: keeps the body under the path. */
export async function storeFile(
  storage: HubStorage,
  file: HubFile,
  scopes: Scopes,
  request: IncomingMessage,
  maxBytes: number,
): Promise<FileInfo> {
  refuseUnless(permits(scopes.archive, file.path) && permits(scopes.write, file.path), 'write', file);
  checkPath(file);
  await checkPreconditions(storage, file, request.headers);
  const contentType = request.headers['content-type'] ?? 'application/octet-stream';
  if (contentType.length > MAX_CONTENT_TYPE)
    throw new HubError('InvalidInputError', 'The content type is too long');
  const content = await readBody(request, maxBytes);
  if (!isUnlimited(scopes.archive)) await archive(storage, file);
  return storage.write(file, contentType, content);
}

/** `DELETE /delete/:address/:path`. */
export async function deleteFile(storage: HubStorage, file: HubFile, scopes: Scopes): Promise<void> {
  refuseUnless(permits(scopes.archive, file.path) && permits(scopes.remove, file.path), 'delete', file);
  checkPath(file);
  if (!isUnlimited(scopes.archive)) await archive(storage, file);
  if (!(await storage.remove(file))) throw new HubError('DoesNotExist', 'There is no such file');
}

async function checkPreconditions(
  storage: HubStorage,
  file: HubFile,
  headers: IncomingHttpHeaders,
): Promise<void> {
  const ifMatch = headers['if-match'];
  const ifNoneMatch = headers['if-none-match'];
  if (ifMatch === undefined && ifNoneMatch === undefined) return;
  if (ifMatch !== undefined && ifNoneMatch !== undefined)
    failed('If-Match and If-None-Match exclude each other');
  if (ifNoneMatch !== undefined && ifNoneMatch !== '*') failed('If-None-Match can only be * on a write');
  const current = (await storage.read(file))?.etag;
  if (ifNoneMatch === '*' && current !== undefined) failed('The file exists', current);
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== current)
    failed('The file has another ETag', current);
}

/** Keeps the version there is under a historical name beside it, as archival scopes ask. */
async function archive(storage: HubStorage, file: HubFile): Promise<void> {
  const old = await storage.read(file);
  if (old === null) return;
  const slash = file.path.lastIndexOf('/') + 1;
  const name = `.history.${String(old.modified)}.${randomUUID()}.${file.path.slice(slash)}`;
  await storage.write({ ...file, path: file.path.slice(0, slash) + name }, old.contentType, old.content);
}

function refuseUnless(allowed: boolean, verb: string, { path }: HubFile): void {
  if (!allowed) throw new HubError('ValidationError', `The token’s scopes do not let it ${verb} ${path}`);
}

function failed(message: string, etag?: string): never {
  throw new HubError('PreconditionFailedError', message, etag);
}
