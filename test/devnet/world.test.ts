import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getPublicKeyFromPrivate, publicKeyToBtcAddress } from '@stacks/encryption';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { resolveName } from '../../src/gaia/names.ts';
import { parseName, parseOrigin } from '../../src/protocol/ids.ts';
import { web } from '../gaia/world.ts';
import { signInHeadless } from '../../src/devnet/headless.ts';
import { startHub } from '../../src/devnet/hub.ts';
import { startMessageServer } from '../../src/devnet/message-server.ts';
import { startWorld } from '../../src/devnet/world.ts';
import type { World, WorldOptions } from '../../src/devnet/world.ts';

const PATIENCE = { timeout: 60_000 };

async function freshDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'letterbox-world-test-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  return directory;
}

async function freshWorld(options: Partial<WorldOptions> = {}): Promise<World> {
  const world = await startWorld({ dataDir: options.dataDir ?? (await freshDirectory()), ...options });
  onTestFinished(world.stop);
  return world;
}

const status = async (url: string): Promise<number> => (await fetch(url)).status;

describe('a world', () => {
  test('answers everywhere, and on loopback only', PATIENCE, async () => {
    const world = await freshWorld();
    expect(await status(`${world.server}/v1/server`)).toBe(200);
    expect(await status(`${world.hub}/hub_info`)).toBe(200);
    expect(await status(`${world.registry}/v1/names/alice.id.blockstack`)).toBe(200);
    expect(await status(`${world.registry}/v1/names/bob.id.blockstack`)).toBe(200);
    const origins = [world.server, world.hub, world.registry, world.wallet, ...world.apps];
    expect(origins.map((origin) => new URL(origin).hostname)).toEqual(origins.map(() => '127.0.0.1'));
    expect(new Set(origins).size).toBe(6);
  });

  test('has two apps that load the wallet’s provider and name their registry', PATIENCE, async () => {
    const world = await freshWorld();
    const pages = await Promise.all(world.apps.map(async (app) => (await fetch(app)).text()));
    expect(pages.map((html) => /<title>(.*)<\/title>/.exec(html)?.[1])).toEqual([
      'Postcard',
      'Noughts by mail',
    ]);
    for (const html of pages) {
      expect(html).toContain(`<script src="${world.wallet}/provider.js">`);
      expect(html).toContain(`content="${world.registry}"`);
      expect(html).not.toMatch(/%[A-Z]+%/);
    }
    expect(await status(`${world.wallet}/provider.js`)).toBe(200);
    expect(await status(`${world.wallet}/dialog.html`)).toBe(200);
    expect(await status(`${world.apps[0]}/icon.svg`)).toBe(200);
  });

  test('signs people in to its apps', PATIENCE, async () => {
    const world = await freshWorld();
    const session = await signInHeadless(world, 'bob', world.apps[1]);
    expect(session).toMatchObject({ hubUrl: world.hub, username: 'bob.id.blockstack' });
  });

  test(
    'has names that lead to the buckets of its apps, by Letterbox’s own strict reading',
    PATIENCE,
    async () => {
      const world = await freshWorld();
      const [postcard, noughts] = world.apps;
      const session = await signInHeadless(world, 'alice', postcard);
      const options = { ...web, registries: { bns: [world.registry], bnsv2: [] }, clock: { now: Date.now } };
      const name = parseName('alice.id.blockstack');
      const { address } = await resolveName(name, parseOrigin(postcard), options);
      expect(address).toBe(publicKeyToBtcAddress(getPublicKeyFromPrivate(session.appPrivateKey)));
      await expect(resolveName(name, parseOrigin(noughts), options)).rejects.toThrow('app-not-found');
    },
  );

  test(
    'has names of BNSv2 for people who are to have those, which lead there as well',
    PATIENCE,
    async () => {
      const world = await freshWorld({ names: { bob: 'bob.btc' } });
      const [postcard] = world.apps;
      expect([world.people.alice.name, world.people.bob.name]).toEqual(['alice.id.blockstack', 'bob.btc']);
      const session = await signInHeadless(world, 'bob', postcard);
      const options = { ...web, registries: { bns: [], bnsv2: [world.registry] }, clock: { now: Date.now } };
      const { address } = await resolveName(parseName('bob.btc'), parseOrigin(postcard), options);
      expect(address).toBe(publicKeyToBtcAddress(getPublicKeyFromPrivate(session.appPrivateKey)));
    },
  );

  test('takes another name, and another owner for a known one', PATIENCE, async () => {
    const world = await freshWorld();
    const { owner } = world.people.bob;
    world.registerName({ name: 'alice.id.blockstack', address: owner, zonefile: '' });
    const response = await fetch(`${world.registry}/v1/names/alice.id.blockstack`);
    expect(await response.json()).toMatchObject({ address: owner });
  });

  test('stops: nothing answers any more', PATIENCE, async () => {
    const world = await freshWorld();
    await world.stop();
    for (const origin of [world.server, world.hub, world.registry, world.wallet, ...world.apps]) {
      await expect(fetch(origin)).rejects.toThrow('fetch failed');
    }
  });

  test('keeps its origins and its data over a restart', PATIENCE, async () => {
    const dataDir = await freshDirectory();
    const first = await freshWorld({ dataDir });
    const { appPrivateKey } = await signInHeadless(first, 'alice', first.apps[0]);
    await first.stop();
    const second = await freshWorld({ dataDir });
    expect([second.server, second.hub, second.registry, second.wallet, second.apps]).toEqual([
      first.server,
      first.hub,
      first.registry,
      first.wallet,
      first.apps,
    ]);
    expect(await (await fetch(second.people.alice.profileUrl)).text()).toContain(first.apps[0]);
    expect(await signInHeadless(second, 'alice', second.apps[0])).toMatchObject({ appPrivateKey });
  });
});

describe('the message server of a world', () => {
  test('is a process of its own: killed, it is gone; restarted, it is the same', PATIENCE, async () => {
    const world = await freshWorld();
    const info: unknown = await (await fetch(`${world.server}/v1/server`)).json();
    await world.messageServer?.kill('SIGKILL');
    await expect(fetch(`${world.server}/v1/server`)).rejects.toThrow('fetch failed');
    expect(await status(`${world.hub}/hub_info`)).toBe(200);
    await world.restartServer();
    expect(await (await fetch(`${world.server}/v1/server`)).json()).toEqual(info);
  });

  test('says loudly in its log that the development switch is on', PATIENCE, async () => {
    const world = await freshWorld();
    const log = await readFile(world.messageServer?.logFile ?? '', 'utf8');
    expect(log).toContain('DEVELOPMENT SWITCH ON');
  });

  test('that cannot start fails the world, with the place of its log', PATIENCE, async () => {
    const dataDir = await freshDirectory();
    const taken = await freshWorld();
    const port = Number(new URL(taken.hub).port);
    await expect(startMessageServer({ dataDir, registryUrl: taken.registry, port })).rejects.toThrow(
      'server.log',
    );
  });
});

describe('with parts that run already', () => {
  test('uses that hub and that server, and leaves them running', PATIENCE, async () => {
    const hub = await startHub({ dataDir: await freshDirectory() });
    onTestFinished(hub.stop);
    const other = await freshWorld();
    const world = await freshWorld({ hubUrl: `${hub.origin}/`, serverUrl: `${other.server}/` });
    expect([world.hub, world.server, world.messageServer]).toEqual([hub.origin, other.server, undefined]);
    expect(await signInHeadless(world, 'alice', world.apps[0])).toMatchObject({ hubUrl: hub.origin });
    await expect(world.restartServer()).rejects.toThrow('not of this world');
    await world.stop();
    expect(await status(`${hub.origin}/hub_info`)).toBe(200);
    expect(await status(`${other.server}/v1/server`)).toBe(200);
  });

  test('a hub that is none ends what was begun', PATIENCE, async () => {
    const other = await freshWorld();
    await expect(freshWorld({ hubUrl: other.registry })).rejects.toThrow('not a Gaia hub');
  });
});

describe('npm run world', () => {
  /** The command, once it has written its file. */
  async function run(args: string[], json: string): Promise<{ child: ChildProcess; origins: unknown }> {
    const child = spawn(process.execPath, ['src/devnet/main.ts', '--json', json, ...args], {
      stdio: 'ignore',
    });
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    const text = await vi.waitFor(() => readFile(json, 'utf8'), { timeout: 50_000, interval: 100 });
    return { child, origins: JSON.parse(text) as unknown };
  }

  test('has people with .btc names where it is told so', PATIENCE, async () => {
    const { child, origins } = await run(['--btc'], join(await freshDirectory(), 'world.json'));
    const { registry } = origins as { registry: string };
    expect(await status(`${registry}/names/alice.btc`)).toBe(200);
    expect(await status(`${registry}/names/bob.btc`)).toBe(200);
    expect(await status(`${registry}/v1/names/bob.id.blockstack`)).toBe(404);
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await exit).toEqual([0, null]);
  });

  test('ends when whoever started it is gone', PATIENCE, async () => {
    const json = join(await freshDirectory(), 'world.json');
    const args = JSON.stringify(['src/devnet/main.ts', '--json', json]);
    const code = `require('node:child_process').spawn(process.execPath, ${args}, { stdio: 'ignore' })`;
    const starter = spawn(process.execPath, ['-e', code], { stdio: 'ignore' });
    const text = await vi.waitFor(() => readFile(json, 'utf8'), { timeout: 50_000, interval: 100 });
    const { hub, server } = JSON.parse(text) as { hub: string; server: string };
    starter.kill('SIGKILL');
    for (const origin of [hub, server]) {
      await vi.waitFor(() => expect(fetch(origin)).rejects.toThrow('fetch failed'), { timeout: 20_000 });
    }
  });

  test(
    'writes its file when everything answers, and ends on SIGTERM without leaving anything',
    PATIENCE,
    async () => {
      const directory = await freshDirectory();
      const { child, origins } = await run(
        ['--data', join(directory, 'data')],
        join(directory, 'world.json'),
      );
      const origin = expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string;
      expect(origins).toEqual({ server: origin, hub: origin, registry: origin, apps: [origin, origin] });
      const { server, hub, apps } = origins as { server: string; hub: string; apps: string[] };
      expect(await status(`${server}/v1/server`)).toBe(200);
      expect(await status(String(apps[0]))).toBe(200);

      const exit = once(child, 'exit');
      child.kill('SIGTERM');
      expect(await exit).toEqual([0, null]);
      await expect(fetch(server)).rejects.toThrow('fetch failed');
      await expect(fetch(hub)).rejects.toThrow('fetch failed');
    },
  );
});
