import { mkdtemp, rm } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getPublicKeyFromPrivate, publicKeyToBtcAddress } from '@stacks/encryption';
import { TokenSigner } from 'jsontokens';
import { onTestFinished } from 'vitest';
import { startHub } from '../../../src/devnet/hub.ts';
import type { Hub, HubOptions } from '../../../src/devnet/hub.ts';

/** Test keys, of no value anywhere. */
export const KEY = '11'.repeat(32);
export const OTHER_KEY = '22'.repeat(32);
export const ADDRESS = addressOf(KEY);

/** Unix seconds at which these hubs stand still. */
export const NOW = 1_800_000_000;

export function addressOf(key: string): string {
  return publicKeyToBtcAddress(getPublicKeyFromPrivate(key));
}

/** A hub in a directory of its own; both are gone when the test is. */
export async function freshHub(options: Partial<HubOptions> = {}): Promise<Hub & { dataDir: string }> {
  const dataDir = await mkdtemp(join(tmpdir(), 'letterbox-hub-'));
  const hub = await startHub({ dataDir, now: () => NOW * 1000, ...options });
  onTestFinished(async () => {
    await hub.stop();
    await rm(dataDir, { recursive: true });
  });
  return { ...hub, dataDir };
}

/** The claims of a token that the hub takes; a test changes one. */
export function goodClaims(hub: Hub, key = KEY): Record<string, unknown> {
  return {
    gaiaChallenge: '["gaiahub","0","letterbox-devnet","blockstack_storage_please_sign"]',
    hubUrl: hub.origin,
    iss: getPublicKeyFromPrivate(key),
    salt: '00'.repeat(16),
    iat: NOW,
    exp: NOW + 60,
  };
}

export function sign(claims: Record<string, unknown>, key = KEY): string {
  return new TokenSigner('ES256K', key).sign(
    JSON.parse(JSON.stringify(claims)) as Parameters<TokenSigner['sign']>[0],
  );
}

/** An Authorization header with one or more claims changed; undefined removes a claim. */
export function bearer(hub: Hub, changed: Record<string, unknown> = {}, key = KEY): string {
  return `bearer v1:${sign({ ...goodClaims(hub), ...changed }, key)}`;
}

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
}

export interface RawRequest {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
}

/** One request with its path sent as it is written: fetch would tidy `..` away. */
export function send(hub: { origin: string }, path: string, init: RawRequest = {}): Promise<Reply> {
  const { hostname, port } = new URL(hub.origin);
  const { method = 'GET', headers = {}, body } = init;
  return new Promise((resolve, reject) => {
    const request = httpRequest({ hostname, port, path, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => {
        chunks.push(chunk);
      });
      response.on('error', reject);
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text });
      });
    });
    request.on('error', reject);
    request.end(body);
  });
}

/** `POST /store` with a good token unless the test brings its own headers. */
export function store(
  hub: Hub,
  path: string,
  body: string | Buffer,
  headers: Record<string, string> = {},
): Promise<Reply> {
  return send(hub, `/store/${ADDRESS}/${path}`, {
    method: 'POST',
    headers: { Authorization: bearer(hub), 'Content-Type': 'text/plain', ...headers },
    body,
  });
}

export function read(hub: Hub, path: string, init: RawRequest = {}): Promise<Reply> {
  return send(hub, `/reader/${ADDRESS}/${path}`, init);
}

/** The `error` member of a refusal. */
export function errorName(reply: Reply): unknown {
  return (JSON.parse(reply.body) as { error?: unknown }).error;
}

/** Begins a store whose body comes later: resolves once the hub waits for it. `finish` gives the status. */
export async function beginStore(
  hub: Hub,
  path: string,
  length: number,
): Promise<{ finish: (body: string) => Promise<number> }> {
  const { hostname, port } = new URL(hub.origin);
  const { promise: status, resolve } = Promise.withResolvers<number>();
  const headers = { Authorization: bearer(hub), 'Content-Length': String(length), Expect: '100-continue' };
  const options = { hostname, port, path: `/store/${ADDRESS}/${path}`, method: 'POST', headers };
  const request = httpRequest(options, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  const waiting = new Promise((begun) => {
    request.on('continue', begun);
  });
  request.flushHeaders();
  await waiting;
  return {
    finish(body) {
      request.end(body);
      return status;
    },
  };
}
