import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright';
import type { ExtensionBrowser } from '../../scripts/journey/browser.ts';
import { driveChromium, launchArguments } from '../../scripts/journey/chromium.ts';
import { driveFirefox, startFirefox } from '../../scripts/journey/firefox/launch.ts';
import { startScreen } from '../../scripts/journey/screen.ts';
import { until } from '../../scripts/journey/wait.ts';
import type { World } from '../../src/devnet/world.ts';
import { connectBob } from './bob.ts';
import { buildExtension, workbenchOf, type BrowserName } from './workbench.ts';

const WINDOW = { x: 0, y: 0, width: 1080, height: 800 };
/** Milliseconds, as Firefox has it by itself: the tests have it longer. */
const IDLE = { 'extensions.background.idle.timeout': 30_000 };

/** A browser that is still driven. */
interface Held {
  readonly process: ChildProcess;
  readonly browser: ExtensionBrowser;
  /** Only lets go of it: it goes on by itself. */
  readonly letGo: () => Promise<void>;
}

interface Parts {
  readonly extension: string;
  readonly profile: string;
  readonly display: string;
}

const START = { chromium: startInChromium, firefox: startInFirefox };

/**
 * Bob's browser with nobody at it: on a screen of its own, whose input never comes, and driven by nothing once his app
 * is connected, since in Chromium a debugger keeps a worker awake.
 * @returns what ends it
 */
export async function startUnattended(
  name: BrowserName,
  world: World,
  beacon: string,
): Promise<() => Promise<void>> {
  const [build, profile] = [await buildExtension(), await mkdtemp(join(tmpdir(), 'letterbox-unattended-'))];
  const screen = await startScreen();
  let held: Held | undefined;
  const end = async (): Promise<void> => {
    if (held !== undefined) await ended(held.process);
    await screen.close();
    for (const folder of [build, profile]) await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    held = await START[name]({ extension: join(build, name), profile, display: screen.display });
    await settle(held, world, { build, beacon });
    return end;
  } catch (error) {
    await end();
    throw error;
  }
}

async function startInChromium({ extension, profile, display }: Parts): Promise<Held> {
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  const own = [`--user-data-dir=${profile}`, '--remote-debugging-port=0', ...asRoot, 'about:blank'];
  const args = [...launchArguments({ headless: false, extension }, WINDOW), ...own];
  const child = spawn(process.env['CHROMIUM_PATH'] ?? '', args, {
    stdio: 'ignore',
    env: { ...process.env, DISPLAY: display },
  });
  try {
    const browser = await chromium.connectOverCDP(`http://127.0.0.1:${await portIn(profile)}`);
    const [context] = browser.contexts();
    if (context === undefined) throw new Error('the browser has no window');
    return { process: child, browser: await driveChromium(context), letGo: () => browser.close() };
  } catch (error) {
    await ended(child);
    throw error;
  }
}

/** The port that a debugger finds it at. */
function portIn(profile: string): Promise<string> {
  return until('the browser is there', async () => {
    const [port] = (await readFile(join(profile, 'DevToolsActivePort'), 'utf8')).split('\n');
    return port;
  });
}

async function startInFirefox(parts: Parts): Promise<Held> {
  const options = { ...parts, headless: false };
  const firefox = await startFirefox(options, IDLE);
  const browser = await driveFirefox(firefox, options);
  const child = firefox.process();
  if (child === null) throw new Error('the browser was not started here');
  return { process: child, browser, letGo: () => firefox.disconnect() };
}

async function settle({ browser, letGo }: Held, world: World, on: Record<'build' | 'beacon', string>) {
  const bob = await connectBob(await workbenchOf(browser, on.build), world);
  await bob.run({ job: 'beacon', url: on.beacon });
  const before = await browser.tabs();
  await browser.newTab();
  for (const tab of before) await tab.close();
  await letGo();
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}
