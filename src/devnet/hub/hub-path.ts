import { HubError } from './hub-error.ts';

/** A file's place on a hub. The path is a name, not a file-system path: nothing of it reaches the disk. */
export interface HubFile {
  /** The first path segment: an address, or `<address>-auth` where the hub keeps revocations. */
  bucket: string;
  path: string;
}

const WRITE = {
  store: /^\/store\/([a-zA-Z0-9]+)\/(.+)$/,
  delete: /^\/delete\/([a-zA-Z0-9]+)\/(.+)$/,
};
const READ = /^\/reader\/([a-zA-Z0-9_-]+)\/(.+)$/;
const MAX_PATH = 4096;
const MAX_DEPTH = 100;

/** The file that a `/store` or `/delete` request names; null if the route is not of that form. */
export function parseWritePath(verb: keyof typeof WRITE, raw: string): HubFile | null {
  return parse(WRITE[verb], raw);
}

/** The file that a read names; null if the route is not of that form. */
export function parseReadPath(raw: string): HubFile | null {
  return parse(READ, raw);
}

/**
 * Refuses what could mean another place than it says: `..` anywhere, control characters, excessive length.
 * @throws HubError BadPathError (403)
 */
export function checkPath({ path }: HubFile): void {
  if (path.includes('..')) throw new HubError('BadPathError', 'The path holds two dots in a row');
  if (path.endsWith('/')) throw new HubError('BadPathError', 'The path names a directory');
  // oxlint-disable-next-line no-control-regex -- control characters are exactly what is refused
  if (/[\u0000-\u001F\u007F]/.test(path))
    throw new HubError('BadPathError', 'The path holds control characters');
  if (path.length > MAX_PATH) throw new HubError('BadPathError', 'The path is too long');
  if (path.split('/').length > MAX_DEPTH) throw new HubError('BadPathError', 'The path is too deep');
}

function parse(route: RegExp, raw: string): HubFile | null {
  const match = route.exec(raw);
  const [, bucket, encoded] = match ?? [];
  if (bucket === undefined || encoded === undefined) return null;
  const path = decode(encoded);
  return { bucket, path: path.endsWith('/') ? path.slice(0, -1) : path };
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch (cause) {
    if (cause instanceof URIError) throw new HubError('InvalidInputError', 'The path has a broken escape');
    throw cause;
  }
}
