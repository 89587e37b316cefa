import { expect, test } from 'vitest';
import { badgeState } from '../../../extension/platform/badge-state.ts';
import type { ConnectedApp } from '../../../src/agent/owner-api.ts';

const vault = { state: 'none', after: 0, damaged: 0, autoLock: 15 } as const;
const apps = (...states: ConnectedApp['state'][]) => states.map((state) => ({ state }) as ConnectedApp);

test.each([
  [0, '', 'bare'],
  [1, '1', 'mail'],
  [99, '99', 'mail'],
  [100, '99+', 'mail'],
  [12_345, '99+', 'mail'],
])('%i waiting shows “%s” on %s', (badge, text, icon) => {
  expect(badgeState({ badge, vault, apps: apps('ready') })).toEqual({ text, icon });
});

test('grey says that no key is at hand, whatever waits', () => {
  expect(badgeState({ badge: 7, vault, apps: apps('waiting', 'waiting') }).icon).toBe('mail-grey');
  expect(badgeState({ badge: 0, vault, apps: apps('waiting') }).icon).toBe('bare-grey');
  expect(badgeState({ badge: 7, vault, apps: apps('waiting', 'ready') }).icon).toBe('mail');
  expect(badgeState({ badge: 0, vault, apps: [] }).icon).toBe('bare');
});

test('grey says that the vault is locked, and how much its servers count', () => {
  const locked = { ...vault, state: 'locked' } as const;
  expect(badgeState({ badge: 7, apps: [], vault: locked })).toEqual({ text: '7', icon: 'mail-grey' });
  expect(badgeState({ badge: 0, apps: [], vault: locked })).toEqual({ text: '', icon: 'bare-grey' });
});
