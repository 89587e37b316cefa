import browser from 'webextension-polyfill';
import { LetterboxError } from '../../src/protocol/errors.ts';
import type { Timer } from '../../src/protocol/ports.ts';
import { parseOrigin, type Origin } from '../../src/protocol/ids.ts';
import { takeWanted } from './origins-wanted.ts';
import { list, listed, wantEverywhere, wantsEverywhere } from './origins-listed.ts';
import type { Sites } from './origins-wire.ts';
import { canEnable, EVERYWHERE, patternOf } from './origin-pattern.ts';
import { injectScripts, registerScripts } from './site-scripts.ts';
import { nudge, tabsOf, tabsOnSites } from './tabs.ts';
import { createTurns } from './turns.ts';

/**
 * The sites where the person turned Letterbox on: a list of ours, or all; the browser's permission; and the scripts that
 * follow from both. A site is on while the person wants it *and* the browser permits it, so that a permission taken away
 * in the browser and given back there is as it was.
 */
export interface OriginRegistry {
  readonly isEnabled: (origin: Origin) => Promise<boolean>;
  /** Whether its pages may be left alone: it is on, or the browser is about to give its permission back. */
  readonly staysOn: (origin: Origin) => Promise<boolean>;
  sites(): Promise<Sites>;
  /** @throws LetterboxError `not-allowed` without the browser's permission */
  enable(origin: Origin): Promise<void>;
  disable(origin: Origin): Promise<void>;
  /** @throws LetterboxError `not-allowed` without the browser's permission */
  enableEverywhere(): Promise<void>;
  /** Sites that were turned on one by one stay wanted; Chromium takes their permission along, and the views ask for it again. */
  disableEverywhere(): Promise<void>;
  /** The browser's permissions changed: scripts follow, and a site that was being asked for is turned on. */
  permissionsChanged(): Promise<void>;
  /** After an update or a restart: scripts registered anew, and put into the pages that are open. */
  restore(): Promise<void>;
}

/** Milliseconds in which the views have asked for a permission again. */
const RETURNS_WITHIN = 5000;

/**
 * The list is no secret and outlives the browser: `storage.local`. Changes run one after the other.
 * @param late called once a permission that was to come back is over, whether or not it came
 */
export function createOriginRegistry(timer: Timer, late: () => void): OriginRegistry {
  const inTurn = createTurns();
  /** Forgotten with the worker, with which the pages' ports end too: what comes back is looked at then. */
  let returning: readonly Origin[] = [];

  async function disableEverywhere(): Promise<void> {
    returning = (await sites()).on;
    timer.after(RETURNS_WITHIN, () => {
      returning = [];
      late();
    });
    await withdrawEverywhere();
  }

  return {
    sites,
    isEnabled,
    staysOn: async (origin) => returning.includes(origin) || isEnabled(origin),
    enable: (origin) => inTurn(() => enable(origin)),
    disable: (origin) => inTurn(() => disable(origin)),
    enableEverywhere: () => inTurn(enableEverywhere),
    disableEverywhere: () => inTurn(disableEverywhere),
    permissionsChanged: () => inTurn(permissionsChanged),
    restore: () => inTurn(putScripts),
  };
}

async function enable(origin: Origin): Promise<void> {
  if (!canEnable(origin) || !(await isPermitted(origin))) {
    throw new LetterboxError('not-allowed', { method: 'enable' });
  }
  const origins = await listed();
  if (!origins.includes(origin)) await list([...origins, origin]);
  await putScripts();
}

async function disable(origin: Origin): Promise<void> {
  const rest = (await listed()).filter((one) => one !== origin);
  await list(rest);
  await putScripts();
  if (!(await isWanted(origin))) for (const tab of await tabsOf(origin)) await nudge(tab, 'off');
  const pattern = patternOf(origin);
  if (!rest.some((one) => patternOf(one) === pattern))
    await browser.permissions.remove({ origins: [pattern] });
}

async function enableEverywhere(): Promise<void> {
  if (!(await arePermitted(EVERYWHERE))) throw new LetterboxError('not-allowed', { method: 'enable' });
  await wantEverywhere(true);
  await putScripts();
}

async function withdrawEverywhere(): Promise<void> {
  await wantEverywhere(false);
  await putScripts();
  for (const { id, origin } of await tabsOnSites()) if (!(await isEnabled(origin))) await nudge(id, 'off');
  const needed = (await listed()).map((origin) => patternOf(origin)); // to Firefox all ports of this computer are one
  const broad = EVERYWHERE.filter((pattern) => !needed.includes(pattern));
  await browser.permissions.remove({ origins: broad }); // at the end: then their tabs are not to be found
}

async function permissionsChanged(): Promise<void> {
  const noted = await takeWanted();
  const wanted = noted === undefined ? undefined : parseOrigin(noted, 'wanted');
  if (wanted !== undefined && (await isPermitted(wanted))) await enable(wanted);
  else await putScripts();
}

/** Registers the scripts for the sites that are on, and runs them in those of their pages that are open. */
async function putScripts(): Promise<void> {
  const { on } = await sites();
  const single = [...new Set(on.map((origin) => patternOf(origin)))];
  await registerScripts((await wantsEverywhere()) ? EVERYWHERE : single);
  for (const { id, origin } of await tabsOnSites()) if (await isEnabled(origin)) await injectScripts(id);
}

async function sites(): Promise<Sites> {
  const [on, withheld]: [Origin[], Origin[]] = [[], []];
  for (const origin of await listed()) ((await isPermitted(origin)) ? on : withheld).push(origin);
  if (!(await wantsEverywhere())) return { on, withheld, everywhere: 'off' };
  return { on, withheld, everywhere: (await arePermitted(EVERYWHERE)) ? 'on' : 'withheld' };
}

async function isEnabled(origin: Origin): Promise<boolean> {
  return (await isWanted(origin)) && isPermitted(origin);
}

async function isWanted(origin: Origin): Promise<boolean> {
  return (await listed()).includes(origin) || (canEnable(origin) && (await wantsEverywhere()));
}

function isPermitted(origin: Origin): Promise<boolean> {
  return arePermitted([patternOf(origin)]);
}

function arePermitted(patterns: readonly string[]): Promise<boolean> {
  return browser.permissions.contains({ origins: [...patterns] });
}
