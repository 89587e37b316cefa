import { isLetterboxError } from '../protocol/errors.ts';
import { parseName, type Name } from '../protocol/ids.ts';
import { asArray, asObject, parseJsonObject, type JsonObject } from '../protocol/json.ts';
import { readFile } from './files.ts';
import type { Registries } from './registry.ts';
import type { Web } from './web.ts';

const ANSWER_MAX_BYTES = 256 * 1024;
const MAX_NAMES = 1000;
/** Whoever owns more in apps than this says which one by connecting from the app. */
const TAKEN = 8;

/**
 * The names of an owner, as the registries say; whether one holds is for `resolveName` to find out. One that does not
 * answer says nothing.
 * @param owner Stacks address
 */
export async function namesOwnedBy(web: Web, { bns, bnsv2 }: Registries, owner: string): Promise<Name[]> {
  const found = await Promise.all([
    ...bns.map((base) => readNames(web, `${base}/v1/addresses/stacks/${owner}`, (name) => name)),
    ...bnsv2.map((base) => readNames(web, `${base}/names/address/${owner}/valid`, fullNameOf)),
  ]);
  return [...new Set(found.flat())].slice(0, TAKEN);
}

async function readNames(web: Web, url: string, nameOf: (item: unknown) => unknown): Promise<Name[]> {
  try {
    const { bytes } = await readFile(web, url, { what: 'names', maxBytes: ANSWER_MAX_BYTES });
    const answer: JsonObject = parseJsonObject(bytes, 'names');
    return asArray(answer['names'], 'names', MAX_NAMES).map((item) => parseName(nameOf(item)));
  } catch (error) {
    if (isLetterboxError(error)) return [];
    throw error;
  }
}

function fullNameOf(item: unknown): unknown {
  return asObject(item, 'names')['full_name'];
}
