import type { Address, Name } from '../protocol/ids.ts';
import { shapeOf } from './name-shape.ts';
import type { Sender } from './owner-api.ts';
import type { ContactRow } from './rows.ts';
import type { Reading } from './store.ts';

/** What may be shown of a sender: proven names as names, claims as claims, and what is odd about them. */
export async function senderOf(
  tx: Reading<'contacts'>,
  { inbox, from }: { readonly inbox: Address; readonly from: Address },
  signedName?: Name,
): Promise<Sender> {
  const contact = await tx.get('contacts', [inbox, from]);
  const claimed = contact?.claimedName ?? signedName;
  const name = contact?.name;
  const warning = await warningAbout(tx, { inbox, from }, contact, name?.name ?? claimed);
  return {
    address: from,
    ...(name === undefined ? {} : { name }),
    ...(claimed === undefined || claimed === name?.name ? {} : { claimedName: claimed }),
    ...(warning === undefined ? {} : { warning }),
    ...(contact?.hearsay === true ? { hearsay: true } : {}),
  };
}

/** The same name known at another address, or another name that looks like this one. docs/protocol.md#1 */
async function warningAbout(
  tx: Reading<'contacts'>,
  { inbox, from }: { readonly inbox: Address; readonly from: Address },
  self: ContactRow | undefined,
  name: Name | undefined,
): Promise<Sender['warning']> {
  if (name === undefined) return undefined;
  const isEarlier = (other: ContactRow): boolean => other.address !== from && wasEarlier(other, self);
  const moved = await tx.list('contacts', { index: 'provenName', only: [inbox, name] });
  if (moved.some(isEarlier)) return { kind: 'moved', name };
  const alike = await tx.list('contacts', { index: 'nameShape', only: [inbox, shapeOf(name)] });
  const known = alike.find((other) => isEarlier(other) && other.name?.name !== name)?.name;
  return known === undefined ? undefined : { kind: 'resembles', name: known.name };
}

/** Of two bearers the one whom the person knew first is not the odd one. */
function wasEarlier(other: ContactRow, self: ContactRow | undefined): boolean {
  if (self?.name === undefined) return true;
  return (other.decidedAt ?? 0) < (self.decidedAt ?? 0);
}
