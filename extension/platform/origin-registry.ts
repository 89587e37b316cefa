import browser from 'webextension-polyfill';
import { LetterboxError } from '../../src/protocol/errors.ts';
import { parseOrigin, type Origin } from '../../src/protocol/ids.ts';
import { takeWanted } from './origins-wanted.ts';
import { canEnable, patternOf } from './origin-pattern.ts';
import { injectScripts, registerScripts } from './site-scripts.ts';
import { nudge, tabsOf } from './tabs.ts';

/** The sites where the person turned Letterbox on: the list, the browser's permission, and the scripts, kept in step. */
export interface OriginRegistry {
  isEnabled(origin: Origin): Promise<boolean>;
  list(): Promise<readonly Origin[]>;
  /** @throws LetterboxError `not-allowed` without the browser's permission */
  enable(origin: Origin): Promise<void>;
  disable(origin: Origin): Promise<void>;
  /** The browser's permissions changed: what was asked for goes on, what lost its permission goes off. */
  permissionsChanged(): Promise<void>;
  /** After an update or a restart: scripts registered anew, and put into the pages that are open. */
  restore(): Promise<void>;
}

const LIST = 'origins';

/** The list is no secret and outlives the browser: `storage.local`. Changes run one after the other. */
export function createOriginRegistry(): OriginRegistry {
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<Result>(change: () => Promise<Result>): Promise<Result> {
    const next = last.then(change, change);
    last = next;
    return next;
  }

  return {
    list: read,
    isEnabled: async (origin) => (await read()).includes(origin),
    enable: (origin) => inTurn(() => enable(origin)),
    disable: (origin) => inTurn(() => disable(origin)),
    permissionsChanged: () => inTurn(permissionsChanged),
    restore: () => inTurn(restore),
  };
}

async function enable(origin: Origin): Promise<void> {
  if (!canEnable(origin) || !(await isPermitted(origin)))
    throw new LetterboxError('not-allowed', { method: 'enable' });
  const origins = await read();
  if (!origins.includes(origin)) await write([...origins, origin]);
  await registerAll();
  await inject(origin);
}

async function disable(origin: Origin): Promise<void> {
  const rest = (await read()).filter((one) => one !== origin);
  await write(rest);
  await registerAll();
  for (const tab of await tabsOf(origin)) await nudge(tab, 'off');
  const pattern = patternOf(origin);
  if (!rest.some((one) => patternOf(one) === pattern))
    await browser.permissions.remove({ origins: [pattern] });
}

async function permissionsChanged(): Promise<void> {
  for (const origin of await read()) if (!(await isPermitted(origin))) await disable(origin);
  const noted = await takeWanted();
  if (noted === undefined) return;
  const wanted = parseOrigin(noted, 'wanted');
  if (await isPermitted(wanted)) await enable(wanted);
}

async function restore(): Promise<void> {
  await permissionsChanged();
  await registerAll();
  for (const origin of await read()) await inject(origin);
}

async function registerAll(): Promise<void> {
  await registerScripts([...new Set((await read()).map((origin) => patternOf(origin)))]);
}

async function inject(origin: Origin): Promise<void> {
  for (const tab of await tabsOf(origin)) await injectScripts(tab);
}

function isPermitted(origin: Origin): Promise<boolean> {
  return browser.permissions.contains({ origins: [patternOf(origin)] });
}

async function read(): Promise<Origin[]> {
  const { [LIST]: origins } = await browser.storage.local.get(LIST);
  return Array.isArray(origins) ? origins.map((origin) => parseOrigin(origin)) : [];
}

function write(origins: readonly Origin[]): Promise<void> {
  return browser.storage.local.set({ [LIST]: origins });
}
