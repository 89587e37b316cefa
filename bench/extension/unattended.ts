import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import { driveChromium, launchArguments } from '../../scripts/journey/chromium.ts';
import { startScreen } from '../../scripts/journey/screen.ts';
import { until } from '../../scripts/journey/wait.ts';
import type { World } from '../../src/devnet/world.ts';
import { connectBob } from './bob.ts';
import { buildExtension, workbenchOf } from './workbench.ts';

const WINDOW = { x: 0, y: 0, width: 1080, height: 800 };

/**
 * Bob's browser with nobody at it: on a screen of its own, whose input never comes, and with no debugger attached once
 * his app is connected, since one keeps a worker awake.
 * @returns what ends it
 */
export async function startUnattended(world: World, beacon: string): Promise<() => Promise<void>> {
  const [build, profile] = [await buildExtension(), await mkdtemp(join(tmpdir(), 'letterbox-unattended-'))];
  const screen = await startScreen();
  const children: ChildProcess[] = [];
  const end = async (): Promise<void> => {
    for (const child of children.toReversed()) await ended(child);
    await screen.close();
    for (const folder of [build, profile]) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const browser = startChromium(join(build, 'chromium'), profile, screen.display);
    children.push(browser);
    await settle(world, { build, port: await portIn(profile), beacon });
    return end;
  } catch (error) {
    await end();
    throw error;
  }
}

function startChromium(extension: string, profile: string, display: string): ChildProcess {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const own = [`--user-data-dir=${profile}`, '--remote-debugging-port=0', ...asRoot, 'about:blank'];
  const args = [...launchArguments({ headless: false, extension }, WINDOW), ...own];
  return spawn(process.env['CHROMIUM_PATH'] ?? '', args, {
    stdio: 'ignore',
    env: { ...process.env, DISPLAY: display },
  });
}

/** The port that a debugger finds it at. */
function portIn(profile: string): Promise<string> {
  return until('the browser is there', async () => {
    const [port] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n');
    return port;
  });
}

async function settle(world: World, { build, port, beacon }: Record<'build' | 'port' | 'beacon', string>) {
  const browser = await chromium.connectOverCDP(`http://127.0.0.1:${port}`);
  const [context] = browser.contexts();
  if (context === undefined) throw new Error('the browser has no window');
  const bob = await connectBob(await workbenchOf(await driveChromium(context), build), world);
  await bob.run({ job: 'beacon', url: beacon });
  const left = await context.newPage();
  for (const page of context.pages()) if (page !== left) await page.close();
  await browser.close(); // only lets go of it
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
