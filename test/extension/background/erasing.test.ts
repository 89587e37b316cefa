import { expect, test } from 'vitest';
import { createErasing } from '../../../extension/background/erasing.ts';
import type { Origin } from '../../../src/protocol/ids.ts';

const APP = 'https://app.example' as Origin;

/** A browser with something in each place, which dies before its n-th change. */
function setUp(diesAt = Infinity) {
  let calls = 0;
  const died = new Error('the worker died');
  const change = async (act: () => void): Promise<void> => {
    calls += 1;
    if (calls === diesAt) throw died;
    act();
  };
  const kept = {
    rows: ['a message'],
    sites: [APP],
    withheld: ['https://withheld.example' as Origin],
    everywhere: ['all sites'],
    permissions: ['https://app.example/*', 'https://forgotten.example/*'],
    local: new Map<string, unknown>([['origins', [APP]]]),
    session: new Map<string, unknown>([['key:1A', 'secret']]),
  };
  const area = (items: Map<string, unknown>) => ({
    get: async (name: string) => Object.fromEntries([...items].filter(([known]) => known === name)),
    set: (more: Record<string, unknown>) =>
      change(() => {
        for (const [name, value] of Object.entries(more)) items.set(name, value);
      }),
    clear: () => change(() => items.clear()),
  });
  const parts = {
    owner: async () => ({
      eraseAll: (settingsToo?: boolean) =>
        change(() => {
          if (settingsToo === true) kept.rows.length = 0;
        }),
    }),
    origins: {
      sites: async () => ({ on: [...kept.sites], withheld: [...kept.withheld], everywhere: 'on' as const }),
      disableEverywhere: () =>
        change(() => {
          kept.everywhere = [];
        }),
      disable: (origin: Origin) =>
        change(() => {
          kept.sites = kept.sites.filter((site) => site !== origin);
          kept.withheld = kept.withheld.filter((site) => site !== origin);
        }),
    },
    local: area(kept.local),
    session: area(kept.session),
    permissions: {
      getAll: async () => ({ origins: [...kept.permissions] }),
      remove: async ({ origins }: { origins: string[] }) => {
        await change(() => {
          kept.permissions = kept.permissions.filter((one) => !origins.includes(one));
        });
        return true;
      },
    },
  };
  const revive = () => {
    diesAt = Infinity;
  };
  return { kept, erasing: createErasing(parts), revive, calls: () => calls };
}

const isEmpty = ({ kept }: ReturnType<typeof setUp>) =>
  [kept.rows, kept.sites, kept.withheld, kept.everywhere, kept.permissions].every(
    ({ length }) => length === 0,
  ) && kept.local.size + kept.session.size === 0;

test('rows, sites, permissions and both storage areas are gone', async () => {
  const world = setUp();
  expect(await world.erasing.begin()).toEqual({ erased: true });
  expect(isEmpty(world)).toBe(true);
});

test('a start at which nothing was begun deletes nothing', async () => {
  const world = setUp();
  await world.erasing.finish();
  expect(world.calls()).toBe(0);
});

test('what was cut off at any step is finished by the next start, and the view hears that it was not', async () => {
  const whole = setUp();
  await whole.erasing.begin();
  for (let diesAt = 2; diesAt <= whole.calls(); diesAt += 1) {
    const world = setUp(diesAt);
    expect(await world.erasing.begin()).toMatchObject({ error: { code: 'internal' } });
    expect(isEmpty(world)).toBe(false);
    world.revive();
    await world.erasing.finish();
    expect(isEmpty(world)).toBe(true);
  }
});

test('before it is noted nothing is deleted', async () => {
  const world = setUp(1);
  await world.erasing.begin();
  expect(world.kept.rows).toEqual(['a message']);
  world.revive();
  await world.erasing.finish();
  expect(world.kept.rows).toEqual(['a message']);
});
