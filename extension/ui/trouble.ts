import type { ConnectedApp } from '../../src/agent/owner-api.ts';
import { hostOf, shortAddress, whenWithin } from './format.ts';
import { wordsFor, type Words } from './words.ts';

const DAY = 86_400;

/** What is wrong with an app as a whole, and what to do; undefined where nothing is. */
export function troubleOf(app: ConnectedApp, now: number): Words | undefined {
  if (app.storageTrouble !== undefined) return storageWords(app, app.storageTrouble, now);
  if (app.nameLost !== undefined) return nameLostWords(app.nameLost);
  return app.problem === undefined ? undefined : wordsFor(app.problem);
}

/** Why an app is paused: another session than the one that was connected, or none. */
export function pausedWords({ changedTo }: Pick<ConnectedApp, 'changedTo'>): Words {
  if (changedTo === undefined)
    return {
      what: 'Its sign-in is gone.',
      todo: 'Sign in there again. Until then mail waits on its servers.',
    };
  return {
    what: `It is signed in as ${shortAddress(changedTo)} now.`,
    todo: 'Sign in there as before, or connect that one. Until then mail waits on its servers.',
  };
}

function nameLostWords({ name, leadsTo }: NonNullable<ConnectedApp['nameLost']>): Words {
  return {
    what: `${name} leads to ${shortAddress(leadsTo)} now. People see this inbox by its address.`,
    todo: 'If the name is still yours, sign in to the app with it. If not, tell the people who write to you.',
  };
}

function storageWords(
  { hub }: ConnectedApp,
  { since, problem }: NonNullable<ConnectedApp['storageTrouble']>,
  now: number,
): Words {
  const isRefusal = problem.code === 'hub-unauthorized' || problem.code === 'hub-refused';
  if (isRefusal) return wordsFor(problem);
  const what = `Your storage at ${hostOf(hub)} doesn’t answer.`;
  const safe = 'What is here stays readable. What you write goes out when it is back.';
  if (now - since < DAY) return { what, todo: safe };
  const gone = 'If it is gone for good, sign in to the app with another storage and connect it anew.';
  return { what, todo: `${safe} It has been away since ${whenWithin(since, now)}. ${gone}` };
}
