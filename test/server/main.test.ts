import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { digest, utf8 } from '../../src/protocol/bytes.ts';
import { stacksCipher } from '../../src/protocol/envelope.ts';
import { allowLoopback, publicKeyOf, type Origin } from '../../src/protocol/ids.ts';
import { sealPointer } from '../../src/protocol/pointer.ts';
import { parseDeliveryPage } from '../../src/protocol/server-api.ts';
import { createPerson, deliveryId, messageId, pointer, type Person } from './person.ts';

const MAIN = join(import.meta.dirname, '../../src/server/main.ts');

interface Running {
  readonly child: ChildProcess;
  readonly url: string;
  readonly log: () => string;
  readonly ended: Promise<{ code: number | null; signal: string | null }>;
}

let data: string;
let hub: { url: string; files: Map<string, Uint8Array>; stop: () => void };
const children = new Set<ChildProcess>();

beforeEach(async () => {
  data = mkdtempSync(join(tmpdir(), 'letterbox-main-'));
  hub = await startHub();
});

afterEach(() => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  hub.stop();
  rmSync(data, { recursive: true });
});

/** The reading side of a hub: files by their path. */
async function startHub(): Promise<typeof hub> {
  const files = new Map<string, Uint8Array>();
  const server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/`, files, stop: () => server.close() };
}

async function start(port = 0, ...args: string[]): Promise<Running> {
  const child = spawn(process.execPath, [
    MAIN,
    '--data',
    data,
    '--port',
    String(port),
    '--allow-loopback',
    '--rate-per-sender',
    '0',
    ...args,
  ]);
  children.add(child);
  let log = '';
  child.stderr.on('data', (text: Buffer) => (log += text.toString()));
  const ended: Running['ended'] = new Promise((resolve) => {
    child.once('close', (code, signal) => {
      children.delete(child);
      resolve({ code, signal });
    });
  });
  const ready = new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    void ended.then(() => reject(new Error(`the server ended: ${log}`)));
  });
  const { url } = JSON.parse(await ready) as { url: string };
  return { child, url, log: () => log, ended };
}

const now = (): number => Math.floor(Date.now() / 1000);

/** A person whose record lies in the hub and lists this server. */
function publish(name: string, server: string): Person & { file: Uint8Array } {
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

function call(
  server: string,
  from: Person,
  to: Person,
  act: 'enrol' | 'send' | 'read' | 'policy',
  path: string,
  body?: Uint8Array,
) {
  const claims = { aud: server as Origin, now: now(), ...(act === 'send' ? { to: to.address } : {}) };
  const method = { enrol: 'PUT', send: 'POST', read: 'GET', policy: 'PUT' }[act];
  const headers = { authorization: `Bearer ${from.token(act, body ?? new Uint8Array(), claims)}` };
  return fetch(`${server}/v1/inboxes/${to.address}${path}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  });
}

async function settle(server: string) {
  const [alice, bob] = [publish('alice', server), publish('bob', server)];
  for (const person of [alice, bob]) {
    const enrolled = await call(server, person, person, 'enrol', '', person.file);
    expect(enrolled.status).toBe(204);
  }
  const policy = utf8(JSON.stringify({ seq: 1, allowed: [alice.address], blocked: [] }));
  expect((await call(server, bob, bob, 'policy', '/policy', policy)).status).toBe(204);
  return { alice, bob };
}

const sendBody = (seed: string, sealed: string = pointer(seed)): Uint8Array =>
  utf8(JSON.stringify({ id: deliveryId(seed), pointer: sealed }));

async function listAll(server: string, bob: Person): Promise<string[]> {
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

/** Sends through several hands at once until so many are acknowledged, then kills the server under the rest. */
async function loadAndKill(server: Running, alice: Person, bob: Person, round: number): Promise<Set<string>> {
  const acknowledged = new Set<string>();
  const answers = new Set<number | 'none'>();
  let sent = 0;
  const send = async (): Promise<void> => {
    while (acknowledged.size < 60) {
      sent += 1;
      const seed = `${round} ${sent}`;
      const response = await call(server.url, alice, bob, 'send', '/messages', sendBody(seed)).catch(
        () => undefined,
      );
      answers.add(response?.status ?? 'none');
      if (response?.status === 201) acknowledged.add(deliveryId(seed));
      if (response === undefined) return;
    }
    server.child.kill('SIGKILL');
  };
  await Promise.all(Array.from({ length: 8 }, send));
  expect([...answers].filter((answer) => answer !== 201 && answer !== 'none')).toEqual([]);
  return acknowledged;
}

test('kill -9 under load loses nothing that was acknowledged, three times over', async () => {
  let server = await start();
  const port = Number(new URL(server.url).port);
  const { alice, bob } = await settle(server.url);
  const acknowledged: string[] = [];
  for (const round of [1, 2, 3]) {
    acknowledged.push(...(await loadAndKill(server, alice, bob, round)));
    expect(await server.ended).toEqual({ code: null, signal: 'SIGKILL' });
    server = await start(port);
    const listed = await listAll(server.url, bob);
    expect(new Set(listed).size).toBe(listed.length);
    expect(acknowledged.filter((id) => !listed.includes(id))).toEqual([]);
  }
}, 60_000);

test('SIGTERM ends it in order: everything answered, the database closed', async () => {
  const server = await start();
  const { alice, bob } = await settle(server.url);
  expect((await call(server.url, alice, bob, 'send', '/messages', sendBody('one'))).status).toBe(201);
  server.child.kill('SIGTERM');
  expect(await server.ended).toEqual({ code: 0, signal: null });
  expect(server.log()).toContain('"msg":"stopped"');
  expect(readdirSync(data)).toEqual(['letterbox.sqlite']); // no log left over to replay
});

test('database and log hold no message id, path, digest, size or plaintext, and the log no address or name either', async () => {
  const server = await start();
  const { alice, bob } = await settle(server.url);
  const id = messageId('the message');
  const sealed = await sealPointer(
    {
      bucket: alice.bucket,
      to: bob.address,
      app: alice.app,
      id,
      sha256: digest(utf8('the file')),
      size: 987_654,
      iat: now(),
    },
    { sender: alice.key, recipient: publicKeyOf(bob.key) },
    stacksCipher,
  );
  expect((await call(server.url, alice, bob, 'send', '/messages', sendBody('one', sealed))).status).toBe(201);
  expect(
    (await call(server.url, alice, bob, 'send', '/messages', utf8('plaintext that does not belong here')))
      .status,
  ).toBe(400);
  expect((await call(server.url, bob, bob, 'read', '/messages')).status).toBe(200);
  await fetch(`${server.url}/v1/inboxes/${id}/letterbox/messages/${id}`);
  server.child.kill('SIGKILL');
  await server.ended;

  const files = readdirSync(data).map((name) => readFileSync(join(data, name)));
  expect(Buffer.concat(files).includes(bob.address)).toBe(true); // it is the right file, and readable like this
  const log = server.log();
  expect(log).toContain('"route":"/v1/inboxes/{address}/messages"');
  for (const secret of [id, 'letterbox/messages', digest(utf8('the file')), '987654', 'plaintext']) {
    expect(Buffer.concat(files).includes(secret)).toBe(false);
    expect(log).not.toContain(secret);
  }
  for (const known of [
    alice.address,
    bob.address,
    alice.bucket,
    alice.app,
    deliveryId('one'),
    'Bearer',
    sealed.slice(0, 40),
    '.well-known',
  ]) {
    expect(log).not.toContain(known);
  }
});

test('told to stop, it is not ready for a while before it takes no more; a second signal ends it at once', async () => {
  const server = await start(0, '--drain-seconds', '3600');
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/letterbox_store_bytes [1-9]/);
  server.child.kill('SIGTERM');
  await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status).toBe(503);
  expect((await fetch(`${server.url}/v1/server`)).status).toBe(200);
  server.child.kill('SIGINT');
  expect(await server.ended).toEqual({ code: null, signal: 'SIGINT' });
});

test('a port that is taken is said in one line, and ends it', async () => {
  const { url } = await start();
  const port = new URL(url).port;
  await expect(start(Number(port))).rejects.toThrow(/cannot start: .*EADDRINUSE/);
});

test('the development switch is loud', async () => {
  const server = await start();
  expect(server.log()).toContain('DEVELOPMENT SWITCH ON');
});

/** Runs to its end. */
async function runToEnd(...args: string[]): Promise<{ code: unknown; said: string }> {
  const child = spawn(process.execPath, [MAIN, ...args]);
  children.add(child);
  let said = '';
  const hear = (text: Buffer): void => {
    said += text.toString();
  };
  child.stdout.on('data', hear);
  child.stderr.on('data', hear);
  const code = await new Promise((resolve) => {
    child.once('close', resolve);
  });
  children.delete(child);
  return { code, said };
}

test('help is help, for each command; nonsense is said and ends with 2', async () => {
  const help = await runToEnd('--help');
  expect(help.code).toBe(0);
  for (const part of ['--data DIR', '--trusted-proxies', 'backup', 'restore', 'new-epoch'])
    expect(help.said).toContain(part);
  expect(await runToEnd('backup', '--help')).toMatchObject({
    code: 0,
    said: expect.stringContaining('--to FILE'),
  });
  expect(await runToEnd('backup')).toMatchObject({
    code: 2,
    said: expect.stringContaining('--to is required'),
  });
  expect(await runToEnd('--port', 'http')).toMatchObject({
    code: 2,
    said: expect.stringContaining('--port'),
  });
});

test('by invite: the codes of `letterbox-server invite` open inboxes, and the operator’s words are shown', async () => {
  const server = await start(0, '--admission', 'invite', '--operator', 'Example Post', '--price', 'free');
  const info = await (await fetch(`${server.url}/v1/server`)).json();
  expect(info).toMatchObject({ admission: 'invite', operator: 'Example Post', price: 'free' });
  const invite = await runToEnd('invite', '--data', data);
  expect(invite.code).toBe(0);
  const enrol = async (name: string, code: string): Promise<number> => {
    const person = publish(name, server.url);
    const claims = { aud: server.url as Origin, now: now() };
    const authorization = `Bearer ${person.token('enrol', person.file, claims)}`;
    const headers = { authorization, 'letterbox-invite': code };
    const body = Buffer.from(person.file);
    return (await fetch(`${server.url}/v1/inboxes/${person.address}`, { method: 'PUT', headers, body }))
      .status;
  };
  expect(await enrol('alice', 'nonsense')).toBe(403);
  expect(await enrol('alice', invite.said.trim())).toBe(204);
  expect(await enrol('bob', invite.said.trim())).toBe(403);
  expect(server.log()).not.toContain(invite.said.trim());
});

test('a backup of a running server, restored elsewhere: cursors are void, and sending again heals', async () => {
  const server = await start();
  const { alice, bob } = await settle(server.url);
  const send = async (seed: string): Promise<number> =>
    (await call(server.url, alice, bob, 'send', '/messages', sendBody(seed))).status;
  const list = (query: string) => call(server.url, bob, bob, 'read', `/messages${query}`);
  expect(await send('one')).toBe(201);
  const backup = join(data, 'backup.sqlite');
  expect(await runToEnd('backup', '--data', data, '--to', backup)).toMatchObject({ code: 0 });
  expect(await send('two')).toBe(201);
  const { cursor } = (await (await list('')).json()) as { cursor: string };
  server.child.kill('SIGKILL');
  await server.ended;

  for (const name of readdirSync(data)) {
    if (name.startsWith('letterbox.sqlite')) rmSync(join(data, name)); // the disk is lost
  }
  expect(await runToEnd('restore', '--data', data, '--from', backup)).toMatchObject({ code: 0 });
  await start(Number(new URL(server.url).port));
  expect((await list(`?after=${cursor}`)).status).toBe(410);
  expect(await listAll(server.url, bob)).toEqual([deliveryId('one')]);
  expect(await send('one')).toBe(200);
  expect(await send('two')).toBe(201);
  expect(await listAll(server.url, bob)).toEqual(['one', 'two'].map(deliveryId));
});

test('what it lacks for production is said at its start', async () => {
  const child = spawn(process.execPath, [MAIN, '--data', data, '--port', '0']);
  children.add(child);
  const lines: string[] = [];
  const reader = createInterface(child.stdout);
  await new Promise<void>((resolve) => {
    reader.on('line', (line) => {
      lines.push(line);
      if (line.includes('https:')) resolve();
    });
  });
  const { url, origin, lacks } = JSON.parse(lines[0] ?? '') as {
    url: string;
    origin: string;
    lacks: string[];
  };
  expect(origin).toBe(url);
  expect(lines[1]).toBe(`letterbox-server listens on ${url} as ${url}`);
  expect(lacks[0]).toMatch(/^a public origin: .*--origin/);
  expect(lines.join('\n')).toContain(`  - ${lacks[0]}`);
  expect((await fetch(`${url}/v1/server`)).status).toBe(200);
});
