import type { WireError } from '../protocol/errors.ts';
import type { Address, Bucket, MessageId, Name, Origin, PrivateKey, PublicKey } from '../protocol/ids.ts';
import type { ServerEntry } from '../protocol/record.ts';
import type { Grants, Settings } from './owner-api.ts';
import type { ContactRow, EntryContent, EntryRow, InboxRow, OutboxRow, PinRow, Relation } from './rows.ts';

/**
 * The lines of an export, one type a kind: of each row what is the person's own or was signed, and nothing that follows
 * from other rows, belongs to this device, or has to be proven anew. docs/export.md#lines
 */
export type Portable =
  | PortableStart
  | PortableSettings
  | PortableApp
  | PortableGrants
  | PortableContact
  | PortableRecord
  | PortableMessage
  | PortableSent;

export const PORTABLE_VERSION = 1;

export interface PortableStart {
  readonly kind: 'export';
  readonly version: typeof PORTABLE_VERSION;
  /** Unix seconds. */
  readonly at: number;
  readonly keys: boolean;
}

/** `development` never travels: it takes protection away. */
export interface PortableSettings extends Omit<Settings, 'development'> {
  readonly kind: 'settings';
}

export interface PortableApp {
  readonly kind: 'app';
  readonly address: Address;
  readonly app: Origin;
  readonly publicKey: PublicKey;
  readonly bucket: Bucket;
  readonly hub: string;
  readonly username?: Name;
  readonly appName?: string;
  readonly icon?: string;
  readonly connectedAt: number;
  readonly servers: readonly ServerEntry[];
  readonly key?: { readonly appPrivateKey: PrivateKey; readonly gaiaAssociationToken?: string };
}

export interface PortableGrants {
  readonly kind: 'grants';
  readonly app: Origin;
  readonly grants: Pick<Grants, 'read' | 'send'>;
}

/** `name` was proven there, and is a claim anywhere else. */
export interface PortableContact {
  readonly kind: 'contact';
  readonly inbox: Address;
  readonly address: Address;
  readonly app: Origin;
  readonly relation: Relation;
  readonly decidedAt?: number;
  readonly bucket?: Bucket;
  readonly name?: Name;
  readonly hearsay?: true;
}

/** The newest record that was seen of an address, as its owner signed it. */
export interface PortableRecord {
  readonly kind: 'record';
  readonly token: string;
}

type Carried =
  | 'inbox'
  | 'from'
  | 'id'
  | 'app'
  | 'file'
  | 'pointer'
  | 'claimedName'
  | 'sentAt'
  | 'receivedAt'
  | 'expires'
  | 'read'
  | 'conflicting';
export interface PortableMessage extends Pick<EntryRow, Carried> {
  readonly kind: 'message';
  /** What was still to be fetched is `sealed`. */
  readonly content: Exclude<EntryContent, { state: 'fetching' }>;
}

export interface PortableSent extends Pick<
  OutboxRow,
  'id' | 'inbox' | 'app' | 'to' | 'content' | 'createdAt'
> {
  readonly kind: 'sent';
  readonly id: MessageId;
  readonly by: 'owner' | 'page';
  readonly state: OutboxRow['state'];
  /** Present once it was sealed and stored, with all that posting it again takes. */
  readonly stored?: Required<Pick<OutboxRow, 'recipient' | 'pointer' | 'storedAt'>>;
  readonly acceptedAt?: number;
  readonly deliveredAt?: number;
  readonly reason?: WireError;
}

export function portableApp(row: InboxRow, key: PrivateKey | undefined): PortableApp {
  const { address, app, publicKey, bucket, hub, appName, icon, connectedAt, servers, associationToken } = row;
  const username = row.username ?? row.name?.name;
  const token = associationToken === undefined ? {} : { gaiaAssociationToken: associationToken };
  return {
    kind: 'app',
    address,
    app,
    publicKey,
    bucket,
    hub,
    connectedAt,
    servers,
    ...present({ username, appName, icon }),
    ...(key === undefined ? {} : { key: { appPrivateKey: key, ...token } }),
  };
}

export function portableContact(row: ContactRow): PortableContact {
  const { inbox, address, app, relation, decidedAt, bucket, hearsay } = row;
  const name = row.name?.name ?? row.claimedName;
  return { kind: 'contact', inbox, address, app, relation, ...present({ decidedAt, bucket, name, hearsay }) };
}

export function portableRecord({ token }: PinRow): PortableRecord {
  return { kind: 'record', token };
}

export function portableMessage(row: EntryRow): PortableMessage {
  const { inbox, from, id, app, file, pointer, claimedName } = row;
  const { sentAt, receivedAt, expires, read, conflicting, content } = row;
  return {
    kind: 'message',
    inbox,
    from,
    id,
    app,
    ...present({ file, pointer, claimedName }),
    sentAt,
    receivedAt,
    expires,
    read,
    conflicting,
    content: content.state === 'fetching' ? { state: 'sealed' } : content,
  };
}

/** @returns undefined for what the agent wrote by itself, and for what the person took back */
export function portableSent(row: OutboxRow): PortableSent | undefined {
  const { id, inbox, app, by, to, content, createdAt, state, recipient, pointer, storedAt } = row;
  if (row.kind !== 'message' || by === 'agent' || row.withdrawn) return undefined;
  const isStored = recipient !== undefined && pointer !== undefined && storedAt !== undefined;
  const { acceptedAt, deliveredAt, reason } = row;
  return {
    kind: 'sent',
    id,
    inbox,
    app,
    by,
    to,
    content,
    createdAt,
    state,
    ...(isStored ? { stored: { recipient, pointer, storedAt } } : {}),
    ...present({ acceptedAt, deliveredAt, reason }),
  };
}

type Present<Members> = { readonly [Key in keyof Members]?: Exclude<Members[Key], undefined> };

/** Without the members that are undefined. */
function present<Members extends object>(members: Members): Present<Members> {
  return Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined),
  ) as Present<Members>;
}
