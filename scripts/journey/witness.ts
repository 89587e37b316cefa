import { decryptContent } from '@stacks/encryption';
import { createHubToken } from '../../src/gaia/hub-token.ts';
import { allowLoopback, parseOrigin } from '../../src/protocol/ids.ts';
import type { Random } from '../../src/protocol/ports.ts';
import {
  parseCounts,
  parseDeliveryPage,
  type Counts,
  type DeliveryPage,
} from '../../src/protocol/server-api.ts';
import { createRequestToken, TOKEN_LIFETIME_SECONDS } from '../../src/protocol/tokens.ts';
import type { AppSession } from './app-session.ts';

/**
 * What hub and server answer to whom: asked past the extension, with a person's own key where one is needed.
 * This is what its reads are signed with in an access log, so that they are told from anybody else's.
 */
export const WITNESS = 'letterbox-journey-witness';
const MESSAGES = 'letterbox/messages/';
const random: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };

/** The server's own count for an inbox. */
export async function countAt(server: string, inbox: AppSession): Promise<Counts> {
  return parseCounts(await ask(server, inbox, 'count'));
}

/** Everything that the server holds for an inbox. */
export async function deliveriesAt(server: string, inbox: AppSession): Promise<DeliveryPage> {
  return parseDeliveryPage(await ask(server, inbox, 'messages'), { [allowLoopback]: true });
}

async function ask(server: string, inbox: AppSession, what: 'count' | 'messages'): Promise<Uint8Array> {
  const headers = { Authorization: `Bearer ${readToken(server, inbox)}` };
  const response = await fetch(`${server}/v1/inboxes/${inbox.address}/${what}`, { headers });
  if (!response.ok)
    throw new Error(`${server} answered ${String(response.status)}: ${await response.text()}`);
  return response.bytes();
}

/** Allows to read what a server holds for an inbox, as its agent makes it. */
export function readToken(server: string, { address, app, bucket, privateKey }: AppSession): string {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { sub: address, app, bucket, aud: parseOrigin(server), act: 'read', iat } as const;
  return createRequestToken({ ...claims, exp: iat + TOKEN_LIFETIME_SECONDS }, privateKey);
}

/** The paths of a bucket's files, as the hub lists them to their owner. */
export async function filesOf(owner: AppSession): Promise<string[]> {
  const response = await fetch(`${owner.hub}/list-files/${owner.address}`, {
    method: 'POST',
    headers: { Authorization: await hubToken(owner), 'Content-Type': 'application/json' },
    body: '{}',
  });
  const { entries } = (await response.json()) as { entries: string[] };
  return entries;
}

/** Opens a bucket to its owner. */
export async function hubToken({ hub, privateKey }: AppSession): Promise<string> {
  const info = (await (await fetch(`${hub}/hub_info`)).json()) as { challenge_text: string };
  const now = Math.floor(Date.now() / 1000);
  return createHubToken({ challenge: info.challenge_text, hubUrl: hub, privateKey, now, random });
}

/** A file as anybody reads it. */
export async function readPublic(url: string): Promise<string> {
  const response = await fetch(url, { headers: { 'User-Agent': WITNESS } });
  if (!response.ok) throw new Error(`${url} answered ${String(response.status)}`);
  return response.text();
}

/** Opens an envelope with stock @stacks/encryption, as any Stacks app could with that key; undefined if it cannot. */
export async function openedBy(reader: AppSession, envelope: string): Promise<string | undefined> {
  try {
    const opened = await decryptContent(envelope, { privateKey: reader.privateKey });
    return typeof opened === 'string' ? opened : new TextDecoder().decode(opened);
  } catch (error) {
    if (error instanceof Error && error.name === 'FailedDecryptionError') return undefined;
    if (error instanceof Error && /MAC/i.test(error.message)) return undefined;
    throw error;
  }
}

/** A message's file in its sender's bucket. */
export interface MessageFile {
  readonly url: string;
  readonly id: string;
  readonly envelope: string;
  /** What the recipient's key makes of it. */
  readonly plaintext: string;
}

/**
 * The one file in the sender's bucket that the recipient's key opens to a message with this body.
 * @throws if there is none, or more than one
 */
export async function fileOf(sender: AppSession, recipient: AppSession, body: string): Promise<MessageFile> {
  const paths = (await filesOf(sender)).filter((path) => path.startsWith(MESSAGES));
  const found: MessageFile[] = [];
  for (const path of paths) {
    const url = sender.bucket + path;
    const envelope = await readPublic(url);
    const plaintext = await openedBy(recipient, envelope);
    if (plaintext !== undefined && (JSON.parse(plaintext) as { body: unknown }).body === body) {
      found.push({ url, id: path.slice(MESSAGES.length), envelope, plaintext });
    }
  }
  const [file, ...others] = found;
  if (file === undefined || others.length > 0) {
    throw new Error(`${String(found.length)} of ${String(paths.length)} files hold “${body}”`);
  }
  return file;
}

/** How many pointers to this message the recipient's server holds. */
export async function pointersTo(server: string, recipient: AppSession, id: string): Promise<number> {
  const { items } = await deliveriesAt(server, recipient);
  const opened = await Promise.all(items.map(({ pointer }) => openedBy(recipient, pointer)));
  return opened.filter((jws) => jws !== undefined && claimsOf(jws)['id'] === id).length;
}

function claimsOf(jws: string): Record<string, unknown> {
  const [, claims = ''] = jws.split('.');
  return JSON.parse(Buffer.from(claims, 'base64url').toString()) as Record<string, unknown>;
}
