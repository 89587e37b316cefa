import { LetterboxError, isLetterboxError } from '../protocol/errors.ts';
import {
  addressOfBucket,
  parseBucket,
  type Address,
  type Bucket,
  type Name,
  type Origin,
  type PlaceOptions,
} from '../protocol/ids.ts';
import { asObject } from '../protocol/json.ts';
import type { Clock } from '../protocol/ports.ts';
import type { VerifiedRecord } from '../protocol/record.ts';
import { readFile } from './files.ts';
import { openProfile, PROFILE_MAX_BYTES, type Profile } from './profile.ts';
import { readRecord, type ReadRecordOptions, type RecordCopy } from './records.ts';
import { readNameEntry, type Registries } from './registry.ts';
import type { Web } from './web.ts';

export interface ResolveOptions extends Web {
  readonly registries: Registries;
  readonly clock: Clock;
}

/**
 * Where a name leads for one app, by its owner's signature. `apps` is self-asserted: until the record there names the
 * name (proveName, checkNameAgrees), anyone can point their name at anyone's bucket. docs/protocol.md#1
 */
export interface ResolvedName {
  readonly name: Name;
  readonly app: Origin;
  readonly bucket: Bucket;
  /** The last segment of `bucket`. */
  readonly address: Address;
  /** Unix seconds. A name is a label with the time when it was checked. */
  readonly checkedAt: number;
}

/** A name whose chain runs both ways. */
export interface ProvenName extends ResolvedName, RecordCopy {
  readonly __brand: 'ProvenName';
}

/**
 * Follows name → registry → profile, signed by the owner → `apps[app]` → bucket. docs/protocol.md#1
 * @throws LetterboxError `name-not-found`, `name-unproven` (the registry's or the owner's data do not hold),
 * `app-not-found`; `unreachable` where it is worth trying again
 */
export async function resolveName(name: Name, app: Origin, options: ResolveOptions): Promise<ResolvedName> {
  const { claim } = await unproven(name, () => readProfile(name, options));
  const bucket = await unproven(name, () => bucketFor(claim, name, app, options));
  return {
    name,
    app,
    bucket,
    address: addressOfBucket(bucket),
    checkedAt: Math.floor(options.clock.now() / 1000),
  };
}

/**
 * Resolves a name, reads the record where it leads and checks that the record names it back. Which pin applies is
 * known only then: hold `record` against the pin of `address` (checkPin) where there is one. docs/protocol.md#1
 * @throws LetterboxError as `resolveName`, as `readRecord` (`record-not-found` included), and as `checkNameAgrees`
 */
export async function proveName(
  name: Name,
  app: Origin,
  options: ResolveOptions & Omit<ReadRecordOptions, 'pin'>,
): Promise<ProvenName> {
  const resolved = await resolveName(name, app, options);
  const copy = await readRecord(resolved.bucket, options);
  checkNameAgrees(resolved, copy.record);
  return { ...resolved, ...copy } as ProvenName;
}

/**
 * The way back: the record is the one that the name leads to, for that app, and carries the name.
 * @throws LetterboxError `name-mismatch | app-not-found`
 */
export function checkNameAgrees(resolved: ResolvedName, record: VerifiedRecord): void {
  const { name, app, bucket } = resolved;
  if (record.app !== app) throw new LetterboxError('app-not-found', { name, app });
  if (record.name === name && record.bucket === bucket) return;
  throw new LetterboxError(
    'name-mismatch',
    record.name === undefined ? { name } : { name, found: record.name },
  );
}

async function readProfile(name: Name, options: ResolveOptions): Promise<Profile> {
  const { owner, profileUrl } = await readNameEntry(options, options.registries, name);
  if (profileUrl === undefined)
    throw new LetterboxError('name-unproven', { name, problem: 'its zonefile names no profile' });
  const { bytes } = await readFile(options, profileUrl, { what: 'profile', maxBytes: PROFILE_MAX_BYTES });
  return openProfile(bytes, owner);
}

function bucketFor(claim: Profile['claim'], name: Name, app: Origin, options: PlaceOptions): Bucket {
  const apps = claim['apps'] === undefined ? {} : asObject(claim['apps'], 'profile.apps');
  if (!Object.hasOwn(apps, app)) throw new LetterboxError('app-not-found', { name, app });
  return parseBucket(apps[app], 'profile.apps', options);
}

/** What is wrong with the data of the chain is one thing to callers; what is wrong with the network is not. */
async function unproven<Result>(name: Name, step: () => Result | Promise<Result>): Promise<Result> {
  try {
    return await step();
  } catch (error) {
    if (
      !isLetterboxError(
        error,
        'malformed',
        'key-mismatch',
        'signature-invalid',
        'too-large',
        'not-found',
        'place-forbidden',
      )
    ) {
      throw error;
    }
    throw new LetterboxError('name-unproven', { name, problem: error.message }, { cause: error });
  }
}
