import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { utf8 } from '../../src/protocol/bytes.ts';
import { allowLoopback, type Origin } from '../../src/protocol/ids.ts';
import { parseDeliveryPage } from '../../src/protocol/server-api.ts';
import type { SmallDisk } from './faults/small-disk.ts';
import { startHub, type Hub } from './hub.ts';
import { createPerson, deliveryId, pointer, type Person } from './person.ts';
import { launched, launchServer, MAIN, type Running } from './running.ts';

/** The server as a process of its own, in a folder of its own, and a hub beside it: both anew for each test. */

export let data: string;
export let hub: Hub;

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'letterbox-main-'));
  hub = await startHub();
});

afterEach(() => {
  for (const child of launched) child.kill('SIGKILL');
  hub.stop();
  rmSync(data, { recursive: true });
});

/** With these arguments and no others. */
export function launch(...args: string[]): Promise<Running> {
  return launchServer(process.execPath, [MAIN, ...args]);
}

export function start(port = 0, ...args: string[]): Promise<Running> {
  return launchServer(process.execPath, argumentsOf(port, args));
}

/** One whose files cannot grow beyond so many blocks of 512 bytes: to it, the disk is full then. */
export function startOnSmallDisk(blocks: number, port: number): Promise<Running> {
  const script = `ulimit -f ${blocks}; exec "$0" "$@"`;
  return launchServer('sh', ['-c', script, process.execPath, ...argumentsOf(port, [])]);
}

/** One that sees a disk of its own, and has its data there. */
export function startWithin({ enter }: SmallDisk, folder: string, port = 0): Promise<Running> {
  const [command = '', ...args] = enter;
  const at = ['--data', folder]; // the last one counts
  return launchServer(command, [...args, process.execPath, ...argumentsOf(port, at)]);
}

function argumentsOf(port: number, args: readonly string[]): string[] {
  const fixed = ['--data', data, '--port', String(port), '--allow-loopback', '--rate-per-sender', '0'];
  return [MAIN, ...fixed, ...args];
}

export const now = (): number => Math.floor(Date.now() / 1000);

/** A person whose record lies in the hub and lists this server. */
export function publish(name: string, server: string): Person & { file: Uint8Array } {
  const person = createPerson(name, { hub: hub.url });
  const file = person.record({
    servers: [{ type: 'letterbox', url: server as Origin }],
    seq: Date.now(),
    iat: now(),
    exp: now() + 86_400,
  });
  hub.files.set(`${new URL(person.bucket).pathname}.well-known/letterbox.json`, file);
  return { ...person, file };
}

/** A server, and the origin that it stands for where that is not its URL. */
export type Target = string | { readonly url: string; readonly origin: string };

export function call(
  server: Target,
  from: Person,
  to: Person,
  act: 'enrol' | 'send' | 'read' | 'policy',
  path: string,
  body?: Uint8Array,
) {
  const { url, origin } = typeof server === 'string' ? { url: server, origin: server } : server;
  const claims = { aud: origin as Origin, now: now(), ...(act === 'send' ? { to: to.address } : {}) };
  const method = { enrol: 'PUT', send: 'POST', read: 'GET', policy: 'PUT' }[act];
  const headers = { authorization: `Bearer ${from.token(act, body ?? new Uint8Array(), claims)}` };
  return fetch(`${url}/v1/inboxes/${to.address}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  });
}

export async function settle(server: string) {
  const [alice, bob] = [publish('alice', server), publish('bob', server)];
  for (const person of [alice, bob]) {
    const enrolled = await call(server, person, person, 'enrol', '', person.file);
    expect(enrolled.status).toBe(204);
  }
  const policy = utf8(JSON.stringify({ seq: 1, allowed: [alice.address], blocked: [] }));
  expect((await call(server, bob, bob, 'policy', '/policy', policy)).status).toBe(204);
  return { alice, bob };
}

export const sendBody = (seed: string, sealed: string = pointer(seed)): Uint8Array =>
  utf8(JSON.stringify({ id: deliveryId(seed), pointer: sealed }));

export async function listAll(server: Target, bob: Person): Promise<string[]> {
  const ids: string[] = [];
  for (let after = '', more = true; more;) {
    const response = await call(server, bob, bob, 'read', `/messages?limit=200${after}`);
    const page = parseDeliveryPage(new Uint8Array(await response.arrayBuffer()), { [allowLoopback]: true });
    ids.push(...page.items.map(({ id }) => id));
    ({ more } = page);
    after = `&after=${page.cursor}`;
  }
  return ids;
}

/** Runs to its end. */
export async function runToEnd(...args: string[]): Promise<{ code: unknown; said: string }> {
  const child = spawn(process.execPath, [MAIN, ...args]);
  launched.add(child);
  let said = '';
  const hear = (text: Buffer): void => {
    said += text.toString();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const code = await new Promise((resolve) => {
    child.once('close', resolve);
  });
  launched.delete(child);
  return { code, said };
}
