// The browsers: the person's own where there is one, else one that is fetched. Plain .mjs, like all of the set-up.
import { existsSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import { installDebian } from './debian.mjs';
import { ask, SetUpError, show } from './run.mjs';

/**
 * @typedef {object} Browser
 * @property {string} name as it is told to a person
 * @property {string} variable the environment variable that names one, and that hands the path on
 * @property {readonly string[]} commands looked for on the PATH
 * @property {readonly string[]} places looked for besides
 * @property {string} debian Debian's package
 * @property {readonly string[]} fonts Debian's packages without which pages have no letters
 * @property {string} advice what to do where nothing helps
 */

const HOME = process.env['HOME'] ?? process.env['USERPROFILE'] ?? '';

/**
 * Google's own Chrome is not looked for: it no longer loads an extension from a folder.
 *
 * @satisfies {Readonly<Record<string, Browser>>}
 */
export const BROWSERS = {
  chromium: {
    name: 'Chromium',
    variable: 'CHROMIUM_PATH',
    commands: ['chromium', 'chromium-browser', 'google-chrome-for-testing', 'chrome-for-testing'],
    places: [
      '/Applications/Chromium.app/Contents/MacOS/Chromium',
      '/Applications/Google Chrome for Testing.app/Contents/MacOS/Google Chrome for Testing',
      join(HOME, 'Applications/Chromium.app/Contents/MacOS/Chromium'),
      join(process.env['LOCALAPPDATA'] ?? HOME, 'Chromium/Application/chrome.exe'),
    ],
    debian: 'chromium',
    fonts: ['fonts-liberation', 'fonts-dejavu-core'],
    advice: 'Install Chromium or Chrome for Testing, or set CHROMIUM_PATH to one.',
  },
  firefox: {
    name: 'Firefox',
    variable: 'FIREFOX_PATH',
    commands: ['firefox-esr', 'firefox'],
    places: [
      '/Applications/Firefox.app/Contents/MacOS/firefox',
      join(process.env['ProgramFiles'] ?? HOME, 'Mozilla Firefox/firefox.exe'),
    ],
    debian: 'firefox-esr',
    fonts: ['fonts-liberation', 'fonts-dejavu-core'],
    advice: 'Install Firefox (142 or newer), or set FIREFOX_PATH to one.',
  },
};

/**
 * Finds a browser, or installs one: the variable, an installed one, Playwright's download (Chromium only), Debian's package.
 *
 * @param {keyof typeof BROWSERS} kind
 * @param {{ root: string, node: string, env: NodeJS.ProcessEnv }} packages
 * @returns {Promise<string>} the executable's path
 */
export async function ensureBrowser(kind, packages) {
  const browser = BROWSERS[kind];
  const found = named(browser) ?? installed(browser, packages.env) ?? (await fetched(kind, packages));
  console.log(`${browser.name}: ${found}`);
  return found;
}

/**
 * The browser that the person named. A name that does not work is an error: silently taking another would surprise.
 *
 * @param {Browser} browser
 */
function named(browser) {
  const path = process.env[browser.variable];
  if (path === undefined || path === '') return undefined;
  if (works(path)) return path;
  throw new SetUpError(
    `${browser.variable} is ${path}, which does not start. Set it to a browser's executable, or unset it.`,
  );
}

/**
 * @param {Browser} browser
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | undefined}
 */
function installed(browser, env) {
  const folders = (env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const onPath = browser.commands.flatMap((command) =>
    folders.map((folder) => join(folder, command + suffix)),
  );
  return [...onPath, ...browser.places].find(works);
}

/**
 * @param {keyof typeof BROWSERS} kind
 * @param {{ root: string, node: string, env: NodeJS.ProcessEnv }} packages
 */
async function fetched(kind, packages) {
  const browser = BROWSERS[kind];
  console.log(`No ${browser.name} is installed.`);
  const found =
    (kind === 'chromium' ? await playwrights(packages) : undefined) ?? (await debians(browser, packages.env));
  if (found !== undefined) return found;
  throw new SetUpError(`No ${browser.name} could be found or fetched. ${browser.advice}`);
}

/** @param {{ root: string, node: string, env: NodeJS.ProcessEnv }} packages */
async function playwrights({ root, node, env }) {
  const place = await playwrightsPlace();
  if (works(place)) return place;
  console.log("Trying Playwright's Chromium.");
  await show(node, [join(root, 'node_modules/playwright/cli.js'), 'install', '--no-shell', 'chromium'], {
    env,
    cwd: root,
  });
  // Without the system's libraries it is there and does not start: then it is not used.
  return works(place) ? place : undefined;
}

/** Imported only here and now: before the packages are installed it is not there. */
async function playwrightsPlace() {
  const { chromium } = await import('playwright');
  return chromium.executablePath();
}

/**
 * @param {Browser} browser
 * @param {NodeJS.ProcessEnv} env
 */
async function debians(browser, env) {
  const done = await installDebian([browser.debian, ...browser.fonts], env);
  return done === true ? installed(browser, env) : undefined;
}

/** @param {string} path */
function works(path) {
  return existsSync(path) && ask(path, ['--version']) !== undefined;
}
