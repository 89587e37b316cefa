import type { Person } from './person.ts';
import type { Stage } from './stage.ts';
import type { Tab } from './tab.ts';

const LONGEST = 600;
/** Milliseconds: a tab that hangs must not hide the others. */
const PATIENCE = 5000;

/** Runs a part of the journey. Where it fails, the error says what each of the tabs shows. */
export async function withEvidence(stage: Stage, run: () => Promise<unknown>): Promise<void> {
  try {
    await run();
  } catch (cause) {
    const shown = await Promise.all(peopleOn(stage).flatMap((person) => shownTo(person)));
    throw new Error([String(cause), ...shown].join('\n'), { cause });
  }
}

function peopleOn(stage: Stage): readonly Person[] {
  try {
    return stage.people;
  } catch {
    return []; // they have no browsers yet
  }
}

function shownTo({ displayName, tabs }: Person): Promise<string>[] {
  return tabs.map(async ([name, tab]) => `${displayName}, ${name}: ${await shownIn(tab)}`);
}

async function shownIn(tab: Tab): Promise<string> {
  const late = Promise.withResolvers<string>();
  const timer = setTimeout(() => late.resolve('gives no answer'), PATIENCE);
  const told = tab.evaluate(() => `${location.pathname}${location.hash} “${document.body.innerText}”`);
  try {
    const words = await Promise.race([told.catch(String), late.promise]);
    return words.replaceAll(/\s+/g, ' ').slice(0, LONGEST);
  } finally {
    clearTimeout(timer);
  }
}
