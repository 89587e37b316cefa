import type { ConnectedApp } from '../../src/agent/owner-api.ts';
import { shortAddress } from '../ui/format.ts';
import { appTitle } from '../ui/people.tsx';

type Account = Pick<ConnectedApp, 'app' | 'inbox' | 'name'>;

/** The accounts that are connected of the same app. */
export function accountsOf(app: Account, apps: readonly ConnectedApp[]): number {
  return apps.filter((other) => other.app === app.app).length;
}

/** The app's title; with several accounts of it also whose it is. */
export function accountTitle(app: Account, apps: readonly ConnectedApp[]): string {
  const title = appTitle(app.app, apps);
  if (accountsOf(app, apps) < 2) return title;
  return `${title} as ${app.name?.name ?? shortAddress(app.inbox)}`;
}

/** The account of an app whose card says what the app may do, which it may do with that of its page: that one, or the first. */
export function showsGrants(app: ConnectedApp, apps: readonly ConnectedApp[]): boolean {
  const accounts = apps.filter((other) => other.app === app.app);
  return app === (accounts.find(({ aside }) => aside !== true) ?? accounts[0]);
}
