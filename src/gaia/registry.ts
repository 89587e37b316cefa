import { LetterboxError, isLetterboxError } from '../protocol/errors.ts';
import type { Name } from '../protocol/ids.ts';
import { asObject, asString, parseJsonObject, type JsonObject } from '../protocol/json.ts';
import { readFile } from './files.ts';
import type { Web } from './web.ts';
import { profileUrlIn, profileUrlOf } from './zonefile.ts';

/**
 * Whom to ask about names, from the configuration: base URLs, in the order in which they are asked. BNS v1 holds
 * `*.id.blockstack` and its like, BNSv2 the names on the chain that end in `.btc`; neither is asked about the other's,
 * for v1 still has owners of `.btc` names from before they moved.
 */
export interface Registries {
  /** `GET <url>/v1/names/<name>`. */
  readonly bns: readonly string[];
  /** `GET <url>/names/<name>` and `GET <url>/resolve-name/<name>`. */
  readonly bnsv2: readonly string[];
}

/** What a registry says of a name. */
export interface NameEntry {
  /** The owner's address as the registry spells it. */
  readonly owner: string;
  /** Where the owner's profile is read; absent where the zonefile names none. */
  readonly profileUrl?: string;
}

type Ask = (web: Web, base: string, name: Name) => Promise<NameEntry>;

/** A zonefile is at most 40 KiB; with its escapes and the rest of the answer it stays below this. */
const ENTRY_MAX_BYTES = 64 * 1024;

/**
 * The first registry that knows the name answers. One that does not know it, or does not answer, passes it on; that a
 * name is not there is believed only once all of them have said so. docs/protocol.md#1
 * @throws LetterboxError `name-not-found | name-unproven` (no registry for such names) `| malformed | too-large |
 *   unreachable | place-forbidden`
 */
export async function readNameEntry(web: Web, registries: Registries, name: Name): Promise<NameEntry> {
  const [bases, ask] = name.endsWith('.btc')
    ? ([registries.bnsv2, askBnsv2] as const)
    : ([registries.bns, askBns] as const);
  if (bases.length === 0)
    throw new LetterboxError('name-unproven', { name, problem: 'no registry for such names' });
  let failure: LetterboxError | undefined;
  for (const base of bases) {
    try {
      return await ask(web, base.replace(/\/$/, ''), name);
    } catch (error) {
      if (!isLetterboxError(error)) throw error;
      if (error.code !== 'name-not-found') failure ??= error;
    }
  }
  throw failure ?? new LetterboxError('name-not-found', { name });
}

const askBns: Ask = async (web, base, name) => {
  const entry = await readAnswer(web, `${base}/v1/names/${encodeURIComponent(name)}`, name);
  return {
    owner: asString(entry['address'], 'name entry.address', 64),
    ...found(profileUrlOf(asString(entry['zonefile'], 'name entry.zonefile', 40 * 1024))),
  };
};

/** The owner is the chain's; the zonefile repeats one, which is its writer's word. */
const askBnsv2: Ask = async (web, base, name) => {
  const path = encodeURIComponent(name);
  const { owner, revoked, is_valid } = asObject(
    (await readAnswer(web, `${base}/names/${path}`, name))['data'],
    'name entry.data',
  );
  if (revoked === true || is_valid === false) throw new LetterboxError('name-not-found', { name });
  return {
    owner: asString(owner, 'name entry.owner', 64),
    ...found(profileUrlIn(await readZonefile(web, `${base}/resolve-name/${path}`, name))),
  };
};

/** A name without a zonefile is owned all the same. */
async function readZonefile(web: Web, url: string, name: Name): Promise<unknown> {
  try {
    return (await readAnswer(web, url, name))['zonefile'];
  } catch (error) {
    if (isLetterboxError(error, 'name-not-found')) return undefined;
    throw error;
  }
}

function found(profileUrl: string | undefined): Pick<NameEntry, 'profileUrl'> {
  return profileUrl === undefined ? {} : { profileUrl };
}

async function readAnswer(web: Web, url: string, name: Name): Promise<JsonObject> {
  try {
    const { bytes } = await readFile(web, url, { what: 'name entry', maxBytes: ENTRY_MAX_BYTES });
    return parseJsonObject(bytes, 'name entry');
  } catch (error) {
    if (isLetterboxError(error, 'not-found'))
      throw new LetterboxError('name-not-found', { name }, { cause: error });
    throw error;
  }
}
