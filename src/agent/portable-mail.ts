import { LetterboxError } from '../protocol/errors.ts';
import {
  addressOf,
  addressOfBucket,
  parseAddress,
  parseBucket,
  parseDeliveryId,
  parseDigest,
  parseMessageId,
  parseName,
  parseOrigin,
  parsePublicKey,
  type Address,
  type PlaceOptions,
} from '../protocol/ids.ts';
import { asObject, asString, integer, type JsonObject } from '../protocol/json.ts';
import { MESSAGE_MAX_BYTES, parseContent } from '../protocol/message.ts';
import { parsePointer } from '../protocol/pointer.ts';
import type { PortableMessage, PortableSent } from './portable.ts';
import { isFlag, optional, parseReason } from './portable-parts.ts';
import { parseRecipient } from './recipients.ts';

const STATES = ['queued', 'stored', 'accepted', 'delivered', 'failed'] as const;

/** A message of an export that was received there. */
export function parseMessage(value: JsonObject, places: PlaceOptions): PortableMessage {
  const from = parseAddress(value['from'], 'message.from');
  return {
    kind: 'message',
    inbox: parseAddress(value['inbox'], 'message.inbox'),
    from,
    id: parseMessageId(value['id'], 'message.id'),
    app: parseOrigin(value['app'], 'message.app'),
    ...optional(value, 'file', (file) => parseFile(file, from, places)),
    ...optional(value, 'pointer', (pointer) => parsePointer(pointer, 'message.pointer')),
    ...optional(value, 'claimedName', (name) => parseName(name, 'message.claimedName')),
    sentAt: integer(value, 'sentAt', 'message'),
    receivedAt: integer(value, 'receivedAt', 'message'),
    expires: integer(value, 'expires', 'message'),
    read: isFlag(value, 'read', 'message'),
    conflicting: isFlag(value, 'conflicting', 'message'),
    content: parseState(asObject(value['content'], 'message.content'), value['file'] !== undefined),
  };
}

function parseFile(
  value: unknown,
  from: Address,
  places: PlaceOptions,
): NonNullable<PortableMessage['file']> {
  const file = asObject(value, 'message.file');
  const bucket = parseBucket(file['bucket'], 'message.file.bucket', places);
  if (addressOfBucket(bucket) !== from) throw malformed('message.file.bucket', 'of another address');
  const size = integer(file, 'size', 'message.file');
  if (size > MESSAGE_MAX_BYTES) throw malformed('message.file.size', 'larger than a message');
  return { bucket, sha256: parseDigest(file['sha256'], 'message.file.sha256'), size };
}

/** @param hasFile what was never signed for cannot have been read */
function parseState(content: JsonObject, hasFile: boolean): PortableMessage['content'] {
  const { state } = content;
  if (state === 'unreadable') {
    const final = isFlag(content, 'final', 'message.content');
    return { state, reason: parseReason(content['reason'], 'message'), final };
  }
  if (state === 'removed') return { state };
  if (!hasFile) throw malformed('message.file', 'missing');
  if (state === 'sealed' || state === 'receipt') return { state };
  if (state !== 'readable') throw malformed('message.content.state', 'none of them');
  return { state, ...optional(content, 'name', (name) => parseName(name)), ...parseContent(content) };
}

/** A message of an export that was sent from there. */
export function parseSent(value: JsonObject, places: PlaceOptions): PortableSent {
  const state = STATES.find((one) => one === value['state']);
  const { by } = value;
  if (state === undefined) throw malformed('sent.state', 'none of them');
  if (by !== 'owner' && by !== 'page') throw malformed('sent.by', 'neither');
  const isStored = value['stored'] !== undefined;
  if (!isStored && state !== 'queued' && state !== 'failed') throw malformed('sent.stored', 'missing');
  return {
    kind: 'sent',
    id: parseMessageId(value['id'], 'sent.id'),
    inbox: parseAddress(value['inbox'], 'sent.inbox'),
    app: parseOrigin(value['app'], 'sent.app'),
    by,
    to: parseTo(value['to'], places),
    content: parseContent(asObject(value['content'], 'sent.content')),
    createdAt: integer(value, 'createdAt', 'sent'),
    state,
    ...optional(value, 'stored', (stored) => parseStored(asObject(stored, 'sent.stored'), places)),
    ...optional(value, 'acceptedAt', () => integer(value, 'acceptedAt', 'sent')),
    ...optional(value, 'deliveredAt', () => integer(value, 'deliveredAt', 'sent')),
    ...optional(value, 'reason', (reason) => parseReason(reason, 'message')),
  };
}

/** As the agent keeps it: a name, or an address with its bucket or without. */
function parseTo(value: unknown, places: PlaceOptions): PortableSent['to'] {
  const to = asObject(value, 'sent.to');
  if (to['name'] !== undefined) return { name: parseName(to['name'], 'sent.to') };
  return parseRecipient(to['bucket'] === undefined ? asString(to['address'], 'sent.to', 35) : to, places);
}

function parseStored(value: JsonObject, places: PlaceOptions): NonNullable<PortableSent['stored']> {
  const recipient = asObject(value['recipient'], 'sent.recipient');
  const pointer = asObject(value['pointer'], 'sent.pointer');
  const address = parseAddress(recipient['address'], 'sent.recipient.address');
  const bucket = parseBucket(recipient['bucket'], 'sent.recipient.bucket', places);
  const publicKey = parsePublicKey(recipient['publicKey'], 'sent.recipient.publicKey');
  if (addressOfBucket(bucket) !== address || addressOf(publicKey) !== address)
    throw malformed('sent.recipient', 'not of one key');
  return {
    recipient: {
      address,
      bucket,
      ...optional(recipient, 'name', (name) => parseName(name, 'sent.recipient.name')),
      publicKey,
    },
    pointer: {
      delivery: parseDeliveryId(pointer['delivery'], 'sent.pointer.delivery'),
      pointer: parsePointer(pointer['pointer'], 'sent.pointer'),
    },
    storedAt: integer(value, 'storedAt', 'sent'),
  };
}

function malformed(what: string, problem: string): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what, problem });
}
