import { LetterboxError, isLetterboxError } from '../protocol/errors.ts';
import { publicKeyOf, type Origin } from '../protocol/ids.ts';
import type { ServerEntry } from '../protocol/record.ts';
import { openBucket } from '../gaia/bucket.ts';
import { readRecord } from '../gaia/records.ts';
import type { Registries } from '../gaia/registry.ts';
import type { Web } from '../gaia/web.ts';
import type { Context } from './context.ts';
import { proveOwnName } from './own-name.ts';
import type { PublicSession } from './approval-row.ts';
import type { AppSession } from './session.ts';

/**
 * Asks the hub for the bucket of a session's key, and the registry where its name leads. What comes back holds no key.
 * @throws LetterboxError `session-refused | key-mismatch | unreachable`, and what the hub's answer is wrong in
 */
export async function proveSession(
  ctx: Context,
  session: AppSession,
  { app, web, registries }: { app: Origin; web: Web; registries: Registries },
): Promise<PublicSession> {
  const { appPrivateKey, hubUrl, address, username, gaiaAssociationToken } = session;
  const association = gaiaAssociationToken === undefined ? {} : { associationToken: gaiaAssociationToken };
  const { clock, random } = ctx;
  const { bucket } = await openBucket({
    ...web,
    ...association,
    hubUrl,
    privateKey: appPrivateKey,
    clock,
    random,
  });
  const self = { address, publicKey: publicKeyOf(appPrivateKey), bucket, hub: hubUrl, ...association };
  if (username === undefined) return self;
  const name = await proveOwnName(ctx, { username, app, address, bucket }, { web, registries }).catch(
    unlessLate,
  );
  return { ...self, username, ...(name === undefined ? {} : { name }) };
}

/**
 * An address belongs to the first app that connected it on this device. docs/protocol.md#1
 * @throws LetterboxError `address-taken`
 */
export function requireFree(
  session: Pick<AppSession, 'address'>,
  app: Origin,
  owner: Origin | undefined,
): void {
  if (owner === undefined || owner === app) return;
  throw new LetterboxError('address-taken', { address: session.address, app: owner });
}

/** The servers that the person's record names already, from another device or an earlier time. */
export async function publishedServers(
  { clock }: Context,
  web: Web,
  { bucket }: PublicSession,
): Promise<readonly ServerEntry[]> {
  try {
    return (await readRecord(bucket, { ...web, clock })).record.servers;
  } catch (error) {
    if (isLetterboxError(error)) return []; // none, or none that holds: the next one replaces it
    throw error;
  }
}

/** A registry out of reach proves nothing and refutes nothing: the name is looked up again later. */
function unlessLate(error: unknown): undefined {
  if (!isLetterboxError(error, 'unreachable')) throw error;
}
