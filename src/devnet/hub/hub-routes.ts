import type { IncomingMessage } from 'node:http';
import { readJson } from '../body.ts';
import { json, rawPath } from '../loopback.ts';
import type { Answer } from '../loopback.ts';
import { authorize } from './hub-auth.ts';
import type { AuthContext } from './hub-auth.ts';
import { HubError } from './hub-error.ts';
import { listFiles } from './hub-list.ts';
import { parseReadPath, parseWritePath } from './hub-path.ts';
import type { HubFile } from './hub-path.ts';
import { readFile } from './hub-reader.ts';
import { oldestValidToken, revokeBefore } from './hub-revocations.ts';
import type { Scopes } from './hub-scopes.ts';
import type { HubStorage } from './hub-storage.ts';
import { deleteFile, storeFile } from './hub-write.ts';

export interface HubContext {
  origin: string;
  readPrefix: string;
  challenge: string;
  storage: HubStorage;
  /** Files being written at this moment: a second writer is refused, as hubs do. */
  busy: Set<string>;
  maxMegabytes: number;
  requireHubUrl: boolean;
  /** Unix milliseconds. */
  now: () => number;
}

const MAX_JSON = 4096;
const NOTHING_HERE: Answer = json(404, { message: 'There is nothing here' });
const PREFLIGHT: Answer = {
  status: 204,
  headers: {
    'Access-Control-Allow-Methods': 'GET, HEAD, POST, DELETE',
    'Access-Control-Allow-Headers': 'Authorization, Content-Type, If-Match, If-None-Match',
    'Access-Control-Max-Age': '86400',
  },
};

/** Answers one request. @throws HubError for every refusal */
export function routeHub(hub: HubContext, request: IncomingMessage): Answer | Promise<Answer> {
  const path = rawPath(request);
  switch (request.method) {
    case 'OPTIONS': {
      return PREFLIGHT;
    }
    case 'GET':
    case 'HEAD': {
      if (/^\/hub_info\/?$/.test(path)) return hubInfo(hub);
      const file = parseReadPath(path);
      return file === null ? NOTHING_HERE : readFile(hub.storage, file);
    }
    case 'POST': {
      return routePost(hub, request, path);
    }
    case 'DELETE': {
      const file = parseWritePath('delete', path);
      return file === null ? NOTHING_HERE : remove(hub, file, request);
    }
    default: {
      return NOTHING_HERE;
    }
  }
}

function routePost(hub: HubContext, request: IncomingMessage, path: string): Answer | Promise<Answer> {
  const file = parseWritePath('store', path);
  if (file !== null) return store(hub, file, request);
  const [, verb, bucket = ''] = /^\/(list-files|revoke-all)\/([a-zA-Z0-9]+)\/?$/.exec(path) ?? [];
  if (verb === 'list-files') return list(hub, bucket, request);
  if (verb === 'revoke-all') return revoke(hub, bucket, request);
  return NOTHING_HERE;
}

async function store(hub: HubContext, file: HubFile, request: IncomingMessage): Promise<Answer> {
  const { etag } = await alone(hub, file, async () => {
    const scopes = await checkToken(hub, file.bucket, request);
    return storeFile(hub.storage, file, scopes, request, hub.maxMegabytes * 1024 * 1024);
  });
  return json(202, { publicURL: `${hub.readPrefix}${file.bucket}/${file.path}`, etag });
}

async function remove(hub: HubContext, file: HubFile, request: IncomingMessage): Promise<Answer> {
  await alone(hub, file, async () => {
    await deleteFile(hub.storage, file, await checkToken(hub, file.bucket, request));
  });
  return { status: 202 };
}

async function list(hub: HubContext, bucket: string, request: IncomingMessage): Promise<Answer> {
  const body = await readJson(request, MAX_JSON);
  await checkToken(hub, bucket, request);
  return json(202, await listFiles(hub.storage, bucket, body));
}

/** A token that was itself revoked may still revoke: all that it can do is make more tokens invalid. */
async function revoke(hub: HubContext, bucket: string, request: IncomingMessage): Promise<Answer> {
  const { oldestValidTimestamp } = await readJson(request, MAX_JSON);
  const timestamp = Number(oldestValidTimestamp ?? Number.NaN);
  if (!Number.isSafeInteger(timestamp) || timestamp <= 0) {
    throw new HubError('InvalidInputError', 'oldestValidTimestamp is not a time in seconds');
  }
  authorize(request.headers.authorization, authContext(hub, bucket, 0));
  await revokeBefore(hub.storage, bucket, timestamp);
  return json(202, { status: 'success' });
}

/** Runs the task unless one is running for the same file: then 409. */
async function alone<T>(hub: HubContext, { bucket, path }: HubFile, task: () => Promise<T>): Promise<T> {
  const key = `${bucket}/${path}`;
  if (hub.busy.has(key)) throw new HubError('ConflictError', `Another request is writing ${key}`);
  hub.busy.add(key);
  try {
    return await task();
  } finally {
    hub.busy.delete(key);
  }
}

async function checkToken(hub: HubContext, address: string, request: IncomingMessage): Promise<Scopes> {
  const oldestValid = await oldestValidToken(hub.storage, address);
  return authorize(request.headers.authorization, authContext(hub, address, oldestValid));
}

function authContext(hub: HubContext, address: string, oldestValid: number): AuthContext {
  const { origin, challenge, requireHubUrl, now } = hub;
  return { address, hubUrl: origin, challenge, requireHubUrl, oldestValid, now: now() };
}

function hubInfo(hub: HubContext): Answer {
  return json(200, {
    challenge_text: hub.challenge,
    latest_auth_version: 'v1',
    max_file_upload_size_megabytes: hub.maxMegabytes,
    read_url_prefix: hub.readPrefix,
  });
}
