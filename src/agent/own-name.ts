import { isLetterboxError, LetterboxError } from '../protocol/errors.ts';
import type { Address, Bucket, Name, Origin } from '../protocol/ids.ts';
import { resolveName } from '../gaia/names.ts';
import type { Registries } from '../gaia/registry.ts';
import type { Web } from '../gaia/web.ts';
import type { ProvenName } from './owner-api.ts';
import type { Ports } from './ports.ts';

interface Own {
  readonly username?: Name;
  readonly app: Origin;
  readonly address: Address;
  readonly bucket: Bucket;
}

/**
 * Whether the session's username leads to this very bucket; the way back is the record, which then carries the name.
 * @returns undefined for a name that leads nowhere yet: it is left out of the record
 * @throws LetterboxError `key-mismatch` where the name leads to another key: the session is not its owner's;
 *   `unreachable`
 */
export async function proveOwnName(
  { clock }: Pick<Ports, 'clock'>,
  { username, app, address, bucket }: Own,
  { web, registries }: { web: Web; registries: Registries },
): Promise<ProvenName | undefined> {
  if (username === undefined) return undefined;
  try {
    const resolved = await resolveName(username, app, { ...web, registries, clock });
    if (resolved.address !== address) {
      throw new LetterboxError('key-mismatch', {
        what: username,
        expected: resolved.address,
        actual: address,
      });
    }
    return resolved.bucket === bucket ? { name: username, checkedAt: resolved.checkedAt } : undefined;
  } catch (error) {
    if (isLetterboxError(error, 'name-not-found', 'name-unproven', 'app-not-found')) return undefined;
    throw error;
  }
}
