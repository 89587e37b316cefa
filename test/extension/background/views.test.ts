import { expect, test, vi } from 'vitest';
import { createViews } from '../../../extension/background/views.ts';
import type { OwnerApi } from '../../../src/agent/owner-api.ts';
import type { Origin } from '../../../src/protocol/ids.ts';

const APP = 'https://app.example' as Origin;
const SITES = { on: [APP], withheld: [], everywhere: 'off' } as const;
const own = { id: 'ours', url: 'chrome-extension://ours/' };
const view = {
  id: 'ours',
  url: 'chrome-extension://ours/popup/index.html',
  origin: 'chrome-extension://ours',
};
const page = { id: 'ours', url: `${APP}/`, origin: APP, frameId: 0, tab: { id: 1 } };

function setUp() {
  const syncNow = vi.fn(() => Promise.resolve());
  const enable = vi.fn((_: Origin) => Promise.resolve());
  const disable = vi.fn((_: Origin) => Promise.resolve());
  const enableEverywhere = vi.fn(() => Promise.resolve());
  const disableEverywhere = vi.fn(() => Promise.resolve());
  const answer = createViews({
    own,
    erase: () => Promise.resolve({ erased: true }),
    owner: () => Promise.resolve({ syncNow } as unknown as OwnerApi),
    origins: {
      enable,
      disable,
      isEnabled: () => Promise.resolve(true),
      staysOn: () => Promise.resolve(true),
      sites: () => Promise.resolve(SITES),
      enableEverywhere,
      disableEverywhere,
      permissionsChanged: () => Promise.resolve(),
      restore: () => Promise.resolve(),
    },
  });
  return { answer, syncNow, enable, disable, enableEverywhere, disableEverywhere };
}

test('a view calls the owner API and turns sites on and off', async () => {
  const { answer, syncNow, enable, disable, enableEverywhere, disableEverywhere } = setUp();
  expect(await answer({ to: 'owner', method: 'syncNow', args: [] }, view)).not.toHaveProperty('error');
  expect(syncNow).toHaveBeenCalledOnce();
  expect(await answer({ to: 'erase' }, view)).toEqual({ erased: true });
  expect(await answer({ to: 'origins', method: 'enable', origin: APP }, view)).toEqual({ ok: SITES });
  expect(enable).toHaveBeenCalledWith(APP);
  await answer({ to: 'origins', method: 'disable', origin: APP }, view);
  expect(disable).toHaveBeenCalledWith(APP);
  await answer({ to: 'origins', method: 'enableEverywhere' }, view);
  expect(enableEverywhere).toHaveBeenCalledOnce();
  await answer({ to: 'origins', method: 'disableEverywhere' }, view);
  expect(disableEverywhere).toHaveBeenCalledOnce();
});

test('a content script is not heard', () => {
  const { answer, syncNow, enable } = setUp();
  expect(answer({ to: 'owner', method: 'syncNow', args: [] }, page)).toBeUndefined();
  expect(answer({ to: 'origins', method: 'enable', origin: APP }, page)).toBeUndefined();
  expect(syncNow).not.toHaveBeenCalled();
  expect(enable).not.toHaveBeenCalled();
});

test.each([undefined, null, 'owner', {}, { to: 'nobody' }])(
  'what is no request is left alone: %j',
  (message) => {
    expect(setUp().answer(message, view)).toBeUndefined();
  },
);

test('a request that cannot be read is answered with its error', async () => {
  const { answer, enable } = setUp();
  expect(await answer({ to: 'origins', method: 'enable', origin: 'app.example' }, view)).toMatchObject({
    error: { code: 'malformed' },
  });
  expect(await answer({ to: 'origins', method: 'restore' }, view)).toMatchObject({
    error: { code: 'not-allowed' },
  });
  expect(enable).not.toHaveBeenCalled();
});
