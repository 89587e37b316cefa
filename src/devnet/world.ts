import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { bundlePages } from './bundle.ts';
import { startHub } from './hub.ts';
import { listenOnLoopback } from './loopback.ts';
import type { LoopbackServer } from './loopback.ts';
import { startMessageServer } from './message-server.ts';
import type { MessageServer } from './message-server.ts';
import { portOf, readPorts, savePorts } from './ports.ts';
import { answers } from './ready.ts';
import { startRegistry } from './registry.ts';
import type { NameRecord } from './registry.ts';
import { siteAnswer } from './site.ts';
import type { Site } from './site.ts';
import { startWallet } from './wallet.ts';
import type { PublicPerson } from './wallet.ts';
import type { OtherNames, PersonId } from './wallet/people.ts';

export interface WorldOptions {
  /** Everything that the world keeps: buckets, the message server's database and log, its ports. */
  dataDir: string;
  /** A Gaia hub that runs already, instead of the embedded one. */
  hubUrl?: string;
  /** A message server that runs already, instead of the embedded one. */
  serverUrl?: string;
  /** The names that people own, where they are not of BNS v1. */
  names?: OtherNames;
}

/** A running world. Origins have no trailing slash. */
export interface World {
  /** The message server. */
  readonly server: string;
  readonly hub: string;
  /** Of BNS v1 and of BNSv2. */
  readonly registry: string;
  readonly wallet: string;
  /** Postcard, which hands its session to Letterbox; Noughts by mail, which does not. */
  readonly apps: readonly [postcard: string, noughts: string];
  readonly people: Record<PersonId, PublicPerson>;
  /** The embedded message server's process; undefined where `serverUrl` was given. */
  readonly messageServer: MessageServer | undefined;
  /** Answers an authentication request of an app as the person would in the wallet's dialog. */
  signIn: (person: PersonId, request: { token: string; origin: string }) => Promise<string>;
  /** Registers a name, or transfers it. */
  registerName: (record: NameRecord) => void;
  /** Kills the embedded message server as a machine dies, and starts it again on the same data. */
  restartServer: () => Promise<void>;
  stop: () => Promise<void>;
}

/**
 * A whole world on 127.0.0.1: name registry, Gaia hub, development wallet, message server, two demo apps on two
 * origins. Resolves once everything answers; nothing is left running if it fails.
 */
export async function startWorld(options: WorldOptions): Promise<World> {
  const ends: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const end of ends.splice(0).toReversed()) await end();
  };
  try {
    return await assemble(options, ends, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(
  options: WorldOptions,
  ends: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<World> {
  const { dataDir } = options;
  await mkdir(dataDir, { recursive: true });
  const ports = await readPorts(dataDir);
  const bundles = await bundlePages();
  const started = <Server extends LoopbackServer>(server: Server): Server => {
    ends.push(server.stop);
    return server;
  };

  const registry = started(await startRegistry({ port: ports.registry }));
  const hub =
    options.hubUrl?.replace(/\/$/, '') ??
    started(await startHub({ dataDir: join(dataDir, 'hub'), port: ports.hub })).origin;
  const walletSite = { directory: bundles.wallet, values: {} };
  const { names = {} } = options;
  const wallet = started(
    await startWallet({ hubUrl: hub, registry, site: walletSite, port: ports.wallet, names }),
  );
  const values = { REGISTRY: registry.origin, WALLET: wallet.origin };
  const postcard = started(await startSite({ directory: bundles.postcard, values }, ports.postcard));
  const noughts = started(await startSite({ directory: bundles.noughts, values }, ports.noughts));
  const messageServer =
    options.serverUrl === undefined
      ? await startServer(dataDir, registry.origin, ports.server, ends)
      : undefined;
  const server = messageServer?.origin ?? (await existingServer(options.serverUrl));

  await savePorts(dataDir, {
    hub: options.hubUrl === undefined ? portOf(hub) : ports.hub,
    registry: portOf(registry.origin),
    wallet: portOf(wallet.origin),
    server: messageServer === undefined ? ports.server : portOf(server),
    postcard: portOf(postcard.origin),
    noughts: portOf(noughts.origin),
  });
  return {
    server,
    hub,
    registry: registry.origin,
    wallet: wallet.origin,
    apps: [postcard.origin, noughts.origin],
    people: wallet.people,
    messageServer,
    signIn: wallet.signIn,
    registerName: registry.register,
    async restartServer() {
      if (messageServer === undefined) throw new Error('the message server is not of this world');
      await messageServer.kill('SIGKILL');
      await messageServer.start();
    },
    stop,
  };
}

function startSite(site: Site, port: number): Promise<LoopbackServer> {
  return listenOnLoopback(port, () => (request) => siteAnswer(site, request));
}

async function startServer(
  dataDir: string,
  registryUrl: string,
  port: number,
  ends: (() => Promise<void>)[],
): Promise<MessageServer> {
  const server = await startMessageServer({ dataDir: join(dataDir, 'server'), registryUrl, port });
  ends.push(() => server.kill('SIGTERM'));
  return server;
}

async function existingServer(url = ''): Promise<string> {
  const { origin } = new URL(url);
  await answers(`${origin}/v1/server`);
  return origin;
}
