import { LetterboxError } from '../protocol/errors.ts';
import { parseAddress, parseMessageId, parseUrl, type Address, type MessageId } from '../protocol/ids.ts';
import { asArray, asObject, asString, integer, type JsonObject } from '../protocol/json.ts';
import { MESSAGE_MAX_BYTES, parseContent, type MessageContent } from '../protocol/message.ts';
import { RECEIPT_TYPE } from './receipts.ts';

/** What pages hand in: unknown input, parsed before anything is done with it. docs/page-api.md */

const ICON_MAX = 64 * 1024;
const MAX_KEYS = 200;
export const LIST_DEFAULT = 50;
export const LIST_MAX = 200;

export interface PageConnect {
  readonly appName?: string;
  readonly icon?: string;
  readonly session?: unknown;
  readonly server?: string;
}

export interface PageList {
  readonly cursor?: string;
  readonly limit: number;
  readonly unread: boolean;
  readonly thread?: string;
}

/** @throws LetterboxError `malformed` */
export function parseConnect(value: unknown): PageConnect {
  const options = value === undefined ? {} : asObject(value, 'connect');
  const { name, icon, session, server } = options;
  return {
    ...(name === undefined ? {} : { appName: asString(name, 'connect.name', 80) }),
    ...(icon === undefined ? {} : { icon: parseIcon(icon) }),
    ...(session === undefined ? {} : { session }),
    ...(server === undefined ? {} : { server: asString(server, 'connect.server', 256) }),
  };
}

/** @throws LetterboxError `malformed | too-large` */
export function parseSend(value: unknown): { to: unknown; content: MessageContent } {
  const message = asObject(value, 'message');
  const content = parseContent({ ...message, type: message['type'] ?? 'text/plain' });
  if (content.type === RECEIPT_TYPE) throw malformed('message.type', "the agent's own");
  if (content.attachments !== undefined) throw malformed('message.attachments', 'not sent by pages');
  requireSize(content);
  return { to: message['to'], content };
}

/** @throws LetterboxError `malformed` */
export function parseList(value: unknown): PageList {
  const query = value === undefined ? {} : asObject(value, 'list');
  const limit = query['limit'] === undefined ? LIST_DEFAULT : integer(query, 'limit', 'list');
  if (limit < 1 || limit > LIST_MAX) throw malformed('list.limit', `not from 1 to ${LIST_MAX}`);
  return {
    limit,
    unread: parseFlag(query, 'unread'),
    ...(query['cursor'] === undefined ? {} : { cursor: asString(query['cursor'], 'list.cursor', 256) }),
    ...(query['thread'] === undefined ? {} : { thread: asString(query['thread'], 'list.thread', 128) }),
  };
}

/** @throws LetterboxError `malformed` */
export function parseMessageKeys(value: unknown): { from: Address; id: MessageId }[] {
  return asArray(value, 'messages', MAX_KEYS).map((item) => {
    const key = asObject(item, 'messages');
    return { from: parseAddress(key['from'], 'messages.from'), id: parseMessageId(key['id'], 'messages.id') };
  });
}

export function parseIcon(value: unknown): string {
  const icon = asString(value, 'connect.icon', ICON_MAX);
  const isImage = /^data:image\/(png|svg\+xml|webp|jpeg|gif)[;,]/.test(icon);
  if (!isImage && parseUrl(icon, 'connect.icon').protocol !== 'https:') {
    throw malformed('connect.icon', 'neither a data: image nor https');
  }
  return icon;
}

/** A first look, before anything is asked or stored; the file's own size is held against the recipient's limit. */
function requireSize(content: MessageContent): void {
  const size = JSON.stringify(content).length;
  if (size > MESSAGE_MAX_BYTES) {
    throw new LetterboxError('too-large', { what: 'message', limit: MESSAGE_MAX_BYTES, size });
  }
}

function parseFlag(query: JsonObject, member: string): boolean {
  const value = query[member];
  if (value === undefined) return false;
  if (typeof value !== 'boolean') throw malformed(`list.${member}`, 'not a boolean');
  return value;
}

function malformed(what: string, problem: string): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what, problem });
}
