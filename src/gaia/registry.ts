import { LetterboxError, isLetterboxError } from '../protocol/errors.ts';
import type { Name } from '../protocol/ids.ts';
import { asString, parseJsonObject } from '../protocol/json.ts';
import { readFile } from './files.ts';
import type { Web } from './web.ts';

/** What a registry says of a name. */
export interface NameEntry {
  /** The owner's address as the registry spells it. */
  readonly owner: string;
  readonly zonefile: string;
}

/** A zonefile is at most 40 KiB; with its escapes and the rest of the answer it stays below this. */
const ENTRY_MAX_BYTES = 64 * 1024;

/**
 * `GET <registry>/v1/names/<name>`.
 * @param registry base URL, from the configuration
 * @throws LetterboxError `name-not-found | malformed | too-large | unreachable | place-forbidden`
 */
export async function readNameEntry(web: Web, registry: string, name: Name): Promise<NameEntry> {
  const url = `${registry.replace(/\/$/, '')}/v1/names/${encodeURIComponent(name)}`;
  const entry = parseJsonObject(await readAnswer(web, url, name), 'name entry');
  return {
    owner: asString(entry['address'], 'name entry.address', 64),
    zonefile: asString(entry['zonefile'], 'name entry.zonefile', 40 * 1024),
  };
}

async function readAnswer(web: Web, url: string, name: Name): Promise<Uint8Array> {
  try {
    return (await readFile(web, url, { what: 'name entry', maxBytes: ENTRY_MAX_BYTES })).bytes;
  } catch (error) {
    if (isLetterboxError(error, 'not-found'))
      throw new LetterboxError('name-not-found', { name }, { cause: error });
    throw error;
  }
}
