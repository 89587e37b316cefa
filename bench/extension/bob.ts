import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AppSession } from '../../scripts/journey/app-session.ts';
import { connectApp } from '../../scripts/journey/settled.ts';
import { startWorld, type World } from '../../src/devnet/world.ts';
import { parseOrigin } from '../../src/protocol/ids.ts';
import { openWorkbench, type BrowserName, type Workbench } from './workbench.ts';

/** A world on loopback, in a folder of its own. */
export interface Place {
  readonly world: World;
  /** Where the world keeps what it keeps. */
  readonly folder: string;
  close(): Promise<void>;
}

/** Bob's browser, in which his first app is connected. */
export interface Bob extends Workbench {
  readonly session: AppSession;
}

export async function openPlace(): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'letterbox-bench-world-'));
  const world = await startWorld({ dataDir: folder });
  return {
    world,
    folder,
    async close() {
      await world.stop();
      await rm(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

export async function openBob(world: World, browser: BrowserName): Promise<Bob> {
  return connectBob(await openWorkbench(browser), world);
}

export async function connectBob(workbench: Workbench, world: World): Promise<Bob> {
  try {
    await workbench.owner('saveSettings', {
      registries: { bns: [parseOrigin(world.registry)], bnsv2: [] },
      defaultServer: parseOrigin(world.server),
      development: true,
    });
    const { app, session } = await connectApp(workbench.browser, world);
    await app.close();
    return { ...workbench, session };
  } catch (error) {
    await workbench.close();
    throw error;
  }
}
