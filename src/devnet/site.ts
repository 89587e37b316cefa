import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { extname, resolve, sep } from 'node:path';
import { rawPath, text } from './loopback.ts';
import type { Answer } from './loopback.ts';

/** A directory of built files; `values` replace `%NAME%` in its HTML, for what is known only at run time. */
export interface Site {
  directory: string;
  values: Record<string, string>;
}

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
};

/** Serves a file of the site; `/` is `index.html`. */
export async function siteAnswer(site: Site | undefined, request: IncomingMessage): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'HEAD') return text(405, 'Only GET');
  const path = rawPath(request);
  const file = site === undefined ? null : await find(site, path === '/' ? '/index.html' : path);
  if (site === undefined || file === null) return text(404, 'Not found');
  const type = TYPES[extname(file.path)] ?? 'application/octet-stream';
  const body = type.startsWith('text/html') ? fill(file.bytes.toString(), site.values) : file.bytes;
  return { status: 200, headers: { 'Content-Type': type, 'Cache-Control': 'no-cache' }, body };
}

async function find({ directory }: Site, path: string): Promise<{ path: string; bytes: Buffer } | null> {
  const root = resolve(directory);
  const file = resolve(root, `.${path}`);
  if (!file.startsWith(root + sep)) return null;
  try {
    return { path: file, bytes: await readFile(file) };
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'EISDIR' || code === 'ENOTDIR') return null;
    throw error;
  }
}

/** The values are origins of this devnet, so nothing in them needs escaping; an unknown name stays as it is. */
function fill(html: string, values: Record<string, string>): string {
  return html.replaceAll(/%([A-Z_]+)%/g, (whole, name: string) => values[name] ?? whole);
}
