import { resolveName } from '../gaia/names.ts';
import { readRecord } from '../gaia/records.ts';
import type { Registries } from '../gaia/registry.ts';
import { isLetterboxError } from '../protocol/errors.ts';
import type { Bucket, PlaceOptions } from '../protocol/ids.ts';
import type { SignatureCheck } from '../protocol/jws.ts';
import type { Clock, Fetch } from '../protocol/ports.ts';
import type { VerifiedRecord } from '../protocol/record.ts';
import { createCache } from './cache.ts';
import type { Lookup, Permit } from './ports.ts';

export interface LookupOptions extends PlaceOptions {
  /** A guarded one: the addresses come from strangers. */
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly verify: SignatureCheck;
  /** Without one for a name, that name cannot be verified. */
  readonly registries: Registries;
}

const GOOD_SECONDS = 600;
const BAD_SECONDS = 60;
const CACHED = 10_000;
/** Most records are of less than a kilobyte; strangers can make theirs sixteen times as long. */
const RECORDS_BYTES = 16 * 1024 * 1024;

/** Looks up over HTTP what hubs and the name registry hold. docs/protocol.md#5 */
export function createLookup({ registries, ...web }: LookupOptions): Lookup {
  const common = { clock: web.clock, good: GOOD_SECONDS, bad: BAD_SECONDS, size: CACHED, keep: isAnswer };
  const records = createCache<VerifiedRecord>({
    ...common,
    weight: { most: RECORDS_BYTES, of: ({ token }) => token.length },
  });
  const names = createCache<Bucket>(common);
  return {
    record: (bucket, maxAge, permit) =>
      records(bucket, maxAge, async () => {
        permit.lookup();
        return (await readRecord(bucket, permitted(web, permit))).record;
      }),
    bucketOfName: (name, app, maxAge, permit) =>
      names(`${name} ${app}`, maxAge, async () => {
        permit.lookup();
        return (await resolveName(name, app, { ...permitted(web, permit), registries })).bucket;
      }),
  };
}

function permitted<Way extends Pick<LookupOptions, 'fetch'>>(web: Way, permit: Permit): Way {
  const fetch: Fetch = (url, init) => {
    permit.fetch(url);
    return web.fetch(url, init);
  };
  return { ...web, fetch };
}

/** That nobody was asked is no answer to remember. */
function isAnswer(error: unknown): boolean {
  return isLetterboxError(error) && error.code !== 'lookup-busy';
}
