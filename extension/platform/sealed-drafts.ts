import { fromBase64url, toBase64url } from '../../src/protocol/bytes.ts';
import { isLetterboxError } from '../../src/protocol/errors.ts';
import type { Random } from '../../src/protocol/ports.ts';
import { openRow, sealRow, type RowKeys } from './row-format.ts';
import type { SessionArea } from './vault-look.ts';

const DRAFTS = ['draft:', 'draft-name:'];
const SEALED = 'sealed-drafts';
/** They never reach the disk; no table has this name. */
const PLACE = { table: 'drafts', key: 'drafts' };

/** What the names of all drafts in memory begin with, sealed or not. */
export const DRAFT_NAMES: readonly string[] = [...DRAFTS, SEALED];

/** What is written and not sent goes under the lock with everything else, and is there again after it. */
export async function sealDrafts(session: SessionArea, keys: RowKeys, random: Random): Promise<void> {
  const items = Object.entries(await session.get(null));
  const drafts = items.filter(([name]) => DRAFTS.some((one) => name.startsWith(one)));
  if (drafts.length === 0) return;
  const sealed = sealRow(keys, PLACE, Object.fromEntries(drafts), random);
  await session.set({ [SEALED]: toBase64url(sealed) });
  await session.remove(drafts.map(([name]) => name));
}

export async function openDrafts(session: SessionArea, keys: RowKeys): Promise<void> {
  const { [SEALED]: sealed } = await session.get(SEALED);
  if (typeof sealed !== 'string') return;
  const drafts = draftsIn(keys, sealed);
  if (drafts !== undefined) await session.set(drafts);
  await session.remove(SEALED);
}

/** @returns undefined for those of a vault that is no longer */
function draftsIn(keys: RowKeys, sealed: string): Record<string, unknown> | undefined {
  try {
    return openRow(keys, PLACE, fromBase64url(sealed, 'drafts')) as Record<string, unknown>;
  } catch (error) {
    if (isLetterboxError(error, 'malformed')) return undefined;
    throw error;
  }
}
