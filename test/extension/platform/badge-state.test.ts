import { expect, test } from 'vitest';
import { badgeState } from '../../../extension/platform/badge-state.ts';
import type { ConnectedApp } from '../../../src/agent/owner-api.ts';

const apps = (...states: ConnectedApp['state'][]) => states.map((state) => ({ state }) as ConnectedApp);

test.each([
  [0, '', 'bare'],
  [1, '1', 'mail'],
  [99, '99', 'mail'],
  [100, '99+', 'mail'],
  [12_345, '99+', 'mail'],
])('%i waiting shows “%s” on %s', (badge, text, icon) => {
  expect(badgeState({ badge, apps: apps('ready') })).toEqual({ text, icon });
});

test('grey says that no key is at hand, whatever waits', () => {
  expect(badgeState({ badge: 7, apps: apps('waiting', 'waiting') }).icon).toBe('mail-grey');
  expect(badgeState({ badge: 0, apps: apps('waiting') }).icon).toBe('bare-grey');
  expect(badgeState({ badge: 7, apps: apps('waiting', 'ready') }).icon).toBe('mail');
  expect(badgeState({ badge: 0, apps: [] }).icon).toBe('bare');
});
