import { LetterboxError } from '../protocol/errors.ts';
import { allowLoopback, parseAddress, parseMessageId, parseOrigin } from '../protocol/ids.ts';
import { asArray, asObject, asString, integer } from '../protocol/json.ts';
import { MESSAGE_MAX_BYTES } from '../protocol/message.ts';
import type { Recipient } from '../protocol/page-api.ts';
import { parseServerEntry, type ServerEntry } from '../protocol/record.ts';
import type { ImportBatch } from './data-api.ts';
import type {
  Decision,
  EntryKey,
  MessagesQuery,
  OwnerApi,
  OwnerSend,
  SenderKey,
  ServerInvite,
  ServerOfInbox,
  SessionOffer,
} from './owner-api.ts';
import { parsePower, parsePowers } from './grants-request.ts';
import { absent, asBoolean, malformed, parseWebUrl } from './owner-parts.ts';
import { parseSettings } from './settings-request.ts';
import {
  OWNER,
  OWNER_METHODS,
  PASSPHRASE_MIN_LENGTH,
  toAnswer,
  type OwnerAnswer,
  type OwnerMethod,
  type OwnerRequest,
} from './owner-wire.ts';

type Args<Method extends OwnerMethod> = Parameters<OwnerApi[Method]>;

const MAX_KEYS = 1000;
const MAX_SERVERS = 16;
const MAX_LINES = 200;
const LINE_MAX_LENGTH = 2 * 1024 * 1024;
const MAX_APPS = 1000;
const INVITE_MAX_LENGTH = 512;
const PASSPHRASE_MAX_LENGTH = 1024;

/**
 * The background's half of the owner wire. Form only: whether http on loopback may stand somewhere is the agent's to
 * say, who knows the development switch.
 * @throws LetterboxError `malformed | not-allowed`
 */
export function parseOwnerRequest(value: unknown): OwnerRequest {
  const request = asObject(value, 'owner');
  if (request['to'] !== OWNER) throw malformed('owner.to', 'not this wire');
  const method = asString(request['method'], 'owner.method', 32);
  if (!isMethod(method)) throw new LetterboxError('not-allowed', { method });
  const args = asArray(request['args'], 'owner.args', 2);
  return { to: OWNER, method, args: PARSERS[method](args[0], args[1]) } as OwnerRequest;
}

/** Parses a request, makes the call, wraps what comes of it. Never rejects or throws. */
export function answerOwner(owner: OwnerApi, value: unknown): Promise<OwnerAnswer> {
  return toAnswer(() => {
    const request = parseOwnerRequest(value);
    const call = owner[request.method] as (...args: unknown[]) => Promise<unknown>;
    return call.apply(owner, [...request.args]);
  });
}

const PARSERS: { readonly [Method in OwnerMethod]: (first: unknown, second: unknown) => Args<Method> } = {
  overview: () => [],
  messages: (query) => [parseQuery(query)],
  message: (key) => [parseEntryKey(key)],
  requests: () => [],
  outbox: () => [],
  markRead: (keys, read) => [parseEntryKeys(keys), asBoolean(read, 'owner.read')],
  remove: (keys) => [parseEntryKeys(keys)],
  retry: (key) => [parseEntryKey(key)],
  send: (message) => [parseSend(message)],
  retrySend: (id) => [parseMessageId(id)],
  acceptMoved: (id) => [parseMessageId(id)],
  cancelSend: (id) => [parseMessageId(id)],
  accept: (sender) => [parseSenderKey(sender)],
  block: (sender) => [parseSenderKey(sender)],
  dismiss: (sender) => [parseSenderKey(sender)],
  unblock: (sender) => [parseSenderKey(sender)],
  blocked: () => [],
  disconnect: (inbox) => [parseAddress(inbox)],
  grant: (app, powers) => [parseOrigin(app), parsePowers(powers)],
  revoke: (app, power) => (power === undefined ? [parseOrigin(app)] : [parseOrigin(app), parsePower(power)]),
  letAsk: (app) => [parseOrigin(app)],
  setServers: (inbox, servers) => [parseAddress(inbox), parseServers(servers)],
  stopDelivery: (inbox) => [parseAddress(inbox)],
  deliverAgain: (inbox) => [parseAddress(inbox)],
  redeemInvite: (invite) => [parseInvite(invite)],
  testServer: (url) => [parseWebUrl(url, 'server')],
  approvals: () => [],
  decide: (id, decision) => [asString(id, 'approval.id', 64), parseDecision(decision)],
  readSession: (id) => [asString(id, 'approval.id', 64)],
  offerSession: (offer) => [parseOffer(offer)],
  syncNow: () => [],
  syncServer: (server) => [parseServerOfInbox(server)],
  settings: () => [],
  saveSettings: (settings) => [parseSettings(settings)],
  setPassphrase: (passphrase) => [parseNewPassphrase(passphrase)],
  unlock: (passphrase) => [parsePassphrase(passphrase)],
  lock: () => [],
  passphraseProgress: () => [],
  changePassphrase: (from, to) => [parsePassphrase(from), parseNewPassphrase(to)],
  removePassphrase: (passphrase) => [parsePassphrase(passphrase)],
  eraseAll: (settingsToo) => (settingsToo === undefined ? [] : [asBoolean(settingsToo, 'erase.settings')]),
  exportLines: (keys, cursor) => parseExport(asBoolean(keys, 'export.keys'), cursor),
  importLines: (batch) => [parseBatch(batch)],
  keptApps: () => [],
  eraseApp: (inbox, how) => [parseAddress(inbox), parseHow(how)],
};

function isMethod(method: string): method is OwnerMethod {
  return Object.hasOwn(OWNER_METHODS, method);
}

function parseQuery(value: unknown): MessagesQuery {
  const query = asObject(value, 'query');
  const limit = integer(query, 'limit', 'query');
  if (limit < 1 || limit > 200) throw malformed('query.limit', 'not from 1 to 200');
  return {
    limit,
    ...(absent(query, 'app') ? {} : { app: parseOrigin(query['app']) }),
    ...(absent(query, 'cursor') ? {} : { cursor: asString(query['cursor'], 'query.cursor', 512) }),
  };
}

function parseEntryKey(value: unknown): EntryKey {
  return { ...parseSenderKey(value), id: parseMessageId(asObject(value, 'key')['id']) };
}

function parseEntryKeys(value: unknown): EntryKey[] {
  return asArray(value, 'keys', MAX_KEYS).map((key) => parseEntryKey(key));
}

function parseSenderKey(value: unknown): SenderKey {
  const key = asObject(value, 'key');
  return { inbox: parseAddress(key['inbox'], 'key.inbox'), from: parseAddress(key['from'], 'key.from') };
}

function parseSend(value: unknown): OwnerSend {
  const send = asObject(value, 'send');
  return {
    ...(absent(send, 'request') ? {} : { request: asString(send['request'], 'send.request', 64) }),
    inbox: parseAddress(send['inbox'], 'send.inbox'),
    to: parseRecipient(send['to']),
    text: asString(send['text'], 'send.text', MESSAGE_MAX_BYTES),
    ...(absent(send, 'subject') ? {} : { subject: asString(send['subject'], 'send.subject', 256) }),
    ...(absent(send, 're') ? {} : { re: parseMessageId(send['re'], 'send.re') }),
    ...(absent(send, 'thread') ? {} : { thread: asString(send['thread'], 'send.thread', 128) }),
  };
}

/** Who it is, is found out when it is sent. */
function parseRecipient(value: unknown): Recipient {
  if (typeof value === 'string') return asString(value, 'send.to', 80);
  const to = asObject(value, 'send.to');
  return {
    address: asString(to['address'], 'send.to.address', 35),
    bucket: asString(to['bucket'], 'send.to.bucket', 256),
  };
}

function parseServers(value: unknown): ServerEntry[] {
  return asArray(value, 'servers', MAX_SERVERS).map((item) => parseServer(item));
}

function parseServer(value: unknown): ServerEntry {
  const entry = parseServerEntry(value, { [allowLoopback]: true });
  if (entry === undefined) throw malformed('server.type', 'unknown');
  return entry;
}

function parseServerOfInbox(value: unknown): ServerOfInbox {
  const { inbox, server } = asObject(value, 'server');
  return { inbox: parseAddress(inbox, 'server.inbox'), server: parseServer(server) };
}

/** The code goes into a header: nothing that would be more than one, or none. */
function parseInvite(value: unknown): ServerInvite {
  const invite = asObject(value, 'invite');
  const code = asString(invite['code'], 'invite.code', INVITE_MAX_LENGTH);
  if (!/^[!-~]+$/.test(code)) throw malformed('invite.code', 'not one word of ASCII');
  return { ...parseServerOfInbox(invite), code };
}

function parseExport(keys: boolean, cursor: unknown): Args<'exportLines'> {
  return cursor === undefined ? [keys] : [keys, asString(cursor, 'export.cursor', 512)];
}

/** What stands in the lines is parsed where they are taken in: one that is wrong keeps no other back. */
function parseBatch(value: unknown): ImportBatch {
  const batch = asObject(value, 'import');
  return {
    write: asBoolean(batch['write'], 'import.write'),
    lines: asArray(batch['lines'], 'import.lines', MAX_LINES).map((line) =>
      asString(line, 'import.lines', LINE_MAX_LENGTH),
    ),
    apps: asArray(batch['apps'], 'import.apps', MAX_APPS).map((item) => {
      const { inbox, app } = asObject(item, 'import.apps');
      return { inbox: parseAddress(inbox, 'import.apps.inbox'), app: parseOrigin(app, 'import.apps.app') };
    }),
  };
}

function parseHow(value: unknown): 'leave' | 'now' {
  if (value === 'leave' || value === 'now') return value;
  throw malformed('erase.how', 'neither');
}

function parseDecision(value: unknown): Decision {
  const decision = asObject(value, 'decision');
  if (!asBoolean(decision['approve'], 'decision.approve')) return { approve: false };
  return {
    approve: true,
    ...(absent(decision, 'powers') ? {} : { powers: parsePowers(decision['powers']) }),
    ...(absent(decision, 'server') ? {} : { server: parseWebUrl(decision['server'], 'decision.server') }),
  };
}

/** What stands in the session is the agent's to parse, as a page's. */
function parseOffer(value: unknown): SessionOffer {
  const { app, session, question } = asObject(value, 'offer');
  return {
    app: parseOrigin(app),
    session,
    ...(question === undefined ? {} : { question: asString(question, 'offer.question', 64) }),
  };
}

function parsePassphrase(value: unknown): string {
  return asString(value, 'passphrase', PASSPHRASE_MAX_LENGTH);
}

function parseNewPassphrase(value: unknown): string {
  const passphrase = parsePassphrase(value);
  if (passphrase.length < PASSPHRASE_MIN_LENGTH) throw malformed('passphrase', 'too short');
  return passphrase;
}
