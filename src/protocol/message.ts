import { digest, utf8, type Digest } from './bytes.ts';
import { parseEnvelope, type EnvelopeCipher } from './envelope.ts';
import { LetterboxError } from './errors.ts';
import {
  parseAddress,
  parseBucket,
  parseDigest,
  parseMessageId,
  parseName,
  parseOrigin,
  type Address,
  type Bucket,
  type MessageId,
  type Name,
  type Origin,
  type PlaceOptions,
  type PrivateKey,
  type PublicKey,
} from './ids.ts';
import { asArray, asObject, asString, integer, parseJsonObject, type JsonObject } from './json.ts';
import type { VerifiedPointer } from './pointer.ts';

export const MESSAGE_MAX_BYTES = 256 * 1024;
/** How long the sender keeps the file. docs/protocol.md#3 */
export const MESSAGE_KEPT_SECONDS = 90 * 86_400;

/**
 * Refuses a pointer that signs for a larger file than there may be, before any of it is fetched. docs/protocol.md#4
 * @throws LetterboxError `too-large`
 */
export function checkSize({ size }: Pick<VerifiedPointer, 'size'>): void {
  if (size <= MESSAGE_MAX_BYTES) return;
  throw new LetterboxError('too-large', { what: 'message', limit: MESSAGE_MAX_BYTES, size });
}

/** The path of a message in the sender's bucket. docs/protocol.md#3 */
export function messagePath(id: MessageId): string {
  return `letterbox/messages/${id}`;
}

export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [member: string]: JsonValue };

/** What the sender of a message writes; everything else in it comes from the agent. */
export interface MessageContent {
  /** Media type, e.g. `text/plain`. */
  readonly type: string;
  /** A string for `text/*`, else any JSON value. */
  readonly body: JsonValue;
  /** Plain text for readers that do not know the type; mandatory unless `type` is `text/plain`. */
  readonly fallback?: string;
  readonly subject?: string;
  readonly thread?: string;
  readonly re?: MessageId;
  readonly attachments?: readonly Attachment[];
}

/** A file beside the message, encrypted with a key of its own; never fetched before the person asks. */
export interface Attachment {
  readonly path: string;
  readonly sha256: Digest;
  readonly size: number;
  readonly type: string;
  readonly name: string;
  readonly key: Digest;
}

/** The plaintext of a message file. `iat` in Unix seconds. docs/protocol.md#3 */
export interface Message extends MessageContent {
  readonly id: MessageId;
  readonly from: { readonly address: Address; readonly bucket: Bucket; readonly name?: Name };
  readonly to: { readonly address: Address; readonly name?: Name };
  readonly app: Origin;
  readonly iat: number;
}

/** A message whose file is the one that its sender's pointer signed for. */
export type VerifiedMessage = Message & { readonly __brand: 'VerifiedMessage' };

/** The message as the file for the sender's bucket. Its size is the caller's to hold against the recipient's limit. */
export async function sealMessage(
  message: Message,
  recipient: PublicKey,
  cipher: EnvelopeCipher,
): Promise<Uint8Array> {
  return utf8(await cipher.seal(JSON.stringify(message), recipient));
}

/**
 * Opens a message file and holds it against its pointer, in this order: signed size, length, SHA-256, envelope, decryption, form,
 * `from.address`, `from.bucket`, `to.address`, `app`, `id`. docs/protocol.md#4
 * @throws LetterboxError `too-large | file-size | file-digest | malformed | envelope-unreadable | message-disagrees`
 */
export async function openMessage(
  file: Uint8Array,
  key: PrivateKey,
  cipher: EnvelopeCipher,
  pointer: VerifiedPointer,
  options: PlaceOptions = {},
): Promise<VerifiedMessage> {
  checkSize(pointer);
  if (file.length !== pointer.size) {
    throw new LetterboxError('file-size', { expected: pointer.size, actual: file.length });
  }
  if (digest(file) !== pointer.sha256) throw new LetterboxError('file-digest', {});
  const plaintext = await cipher.open(parseEnvelope(file, 'message'), key);
  const message = parseMessage(parseJsonObject(plaintext, 'message'), options);
  checkAgreement(message, pointer);
  return message as VerifiedMessage;
}

/** @throws LetterboxError `malformed` */
export function parseMessage(value: JsonObject, options: PlaceOptions = {}): Message {
  const from = asObject(value['from'], 'message.from');
  const to = asObject(value['to'], 'message.to');
  return {
    id: parseMessageId(value['id'], 'message.id'),
    from: {
      address: parseAddress(from['address'], 'message.from.address'),
      bucket: parseBucket(from['bucket'], 'message.from.bucket', options),
      ...optionalName(from['name'], 'message.from.name'),
    },
    to: {
      address: parseAddress(to['address'], 'message.to.address'),
      ...optionalName(to['name'], 'message.to.name'),
    },
    app: parseOrigin(value['app'], 'message.app'),
    iat: integer(value, 'iat', 'message'),
    ...parseContent(value),
  };
}

/**
 * The part of a message that an app chose, from a file or from a page.
 * @throws LetterboxError `malformed`
 */
export function parseContent(value: JsonObject): MessageContent {
  const type = asString(value['type'], 'message.type', 127);
  if (!/^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(type))
    throw malformed('message.type', 'not a media type');
  const body = value['body'];
  if (body === undefined) throw malformed('message.body', 'missing');
  if (type.startsWith('text/') && typeof body !== 'string') throw malformed('message.body', 'not a string');
  if (type !== 'text/plain' && value['fallback'] === undefined)
    throw malformed('message.fallback', 'missing');
  return {
    type,
    body: body as JsonValue,
    ...optionalText(value, 'fallback', MESSAGE_MAX_BYTES),
    ...optionalText(value, 'subject', 256),
    ...optionalText(value, 'thread', 128),
    ...(value['re'] === undefined ? {} : { re: parseMessageId(value['re'], 'message.re') }),
    ...(value['attachments'] === undefined ? {} : { attachments: parseAttachments(value['attachments']) }),
  };
}

function parseAttachments(value: unknown): Attachment[] {
  return asArray(value, 'message.attachments', 64).map((item) => {
    const what = 'message.attachments';
    const entry = asObject(item, what);
    const path = asString(entry['path'], `${what}.path`, 64);
    const prefix = 'letterbox/attachments/';
    if (!path.startsWith(prefix)) throw malformed(`${what}.path`, `not under ${prefix}`);
    parseMessageId(path.slice(prefix.length), `${what}.path`);
    return {
      path,
      sha256: parseDigest(entry['sha256'], `${what}.sha256`),
      size: integer(entry, 'size', what),
      type: asString(entry['type'], `${what}.type`, 127),
      name: asString(entry['name'], `${what}.name`, 255),
      key: parseDigest(entry['key'], `${what}.key`),
    };
  });
}

function checkAgreement(message: Message, pointer: VerifiedPointer): void {
  const pairs = [
    ['from.address', message.from.address, pointer.from],
    ['from.bucket', message.from.bucket, pointer.bucket],
    ['to.address', message.to.address, pointer.to],
    ['app', message.app, pointer.app],
    ['id', message.id, pointer.id],
  ] as const;
  for (const [member, inside, signed] of pairs) {
    if (inside !== signed) throw new LetterboxError('message-disagrees', { member });
  }
}

function optionalName(value: unknown, what: string): { name?: Name } {
  return value === undefined ? {} : { name: parseName(value, what) };
}

function optionalText<Member extends 'fallback' | 'subject' | 'thread'>(
  value: JsonObject,
  member: Member,
  max: number,
): { [M in Member]?: string } {
  const text = value[member];
  if (text === undefined) return {};
  return { [member]: asString(text, `message.${member}`, max) } as { [M in Member]: string };
}

function malformed(what: string, problem: string): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what, problem });
}
