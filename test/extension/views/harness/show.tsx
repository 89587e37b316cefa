import type { ComponentChild } from 'preact';
import { mount } from '../../../../extension/ui/mount.tsx';
import type { World } from '../../../../extension/ui/world.ts';
import type { OwnerApi } from '../../../../src/agent/owner-api.ts';
import type { Origin } from '../../../../src/protocol/ids.ts';
import { NOW } from '../apps.ts';
import { fixtureOwner, type FixtureOwner, type OwnerState } from '../fixture.ts';
import { SCENES, type Scene, type SceneName } from '../scenes.ts';

/** What a test sees of the view's outside. */
export interface Outside {
  readonly owner: FixtureOwner;
  readonly state: OwnerState;
  /** Calls to anything but the owner. */
  readonly calls: { method: string; args: unknown[] }[];
  readonly drafts: Map<string, string>;
  /** The method's next calls do not answer before it is let go. */
  readonly hold: (method: keyof OwnerApi) => void;
  /** Of all that the scene and the test hold. */
  readonly letGo: () => void;
}

declare global {
  var outside: Outside;
}

/** Shows a view in the scene that the page's address names. */
export function show(view: ComponentChild): void {
  const parameters = new URLSearchParams(location.search);
  document.documentElement.dir = parameters.get('dir') ?? 'ltr';
  const scene: Scene = SCENES[(parameters.get('scene') ?? 'rich') as SceneName]();
  const owner = fixtureOwner(scene.state);
  const held: (() => void)[] = [];
  const hold = (method: keyof OwnerApi) => void held.push(owner.hold(method));
  for (const method of scene.held ?? []) hold(method);
  const calls: Outside['calls'] = [];
  const names = new Map<string, string>();
  const drafts = new Map(
    Object.entries(JSON.parse(parameters.get('drafts') ?? '{}') as Record<string, string>),
  );
  const note = (method: string, ...args: unknown[]) => {
    calls.push({ method, args });
  };
  let enabled: readonly Origin[] = scene.enabled ?? scene.state.apps.map(({ app }) => app);
  let withheld: readonly Origin[] = scene.withheld ?? [];
  let everywhere = scene.everywhere ?? 'off';
  const world: World = {
    owner: owner.owner,
    onChange: owner.onChange,
    origins: {
      enable: async (origin) => {
        note('enable', origin);
        if (scene.grants === false) return false;
        enabled = [...enabled, origin];
        withheld = withheld.filter((other) => other !== origin);
        return true;
      },
      disable: async (origin) => {
        note('disable', origin);
        enabled = enabled.filter((other) => other !== origin);
      },
      enableEverywhere: async () => {
        note('enableEverywhere');
        if (scene.grants !== false) everywhere = 'on';
        return scene.grants !== false;
      },
      disableEverywhere: async () => {
        note('disableEverywhere');
        everywhere = 'off';
      },
      sites: async () => ({ on: enabled, withheld, everywhere }),
      permits: async (origin) =>
        everywhere === 'on' || enabled.includes(origin) || scene.permitted?.includes(origin) === true,
      current: async () => scene.current,
    },
    drafts: {
      read: async (key) => drafts.get(key) ?? '',
      all: async () => [...drafts].map(([key, text]) => ({ key, text })),
      write: async (key, text) => {
        drafts.set(key, text);
        names.delete(key);
      },
      nameOf: async (key) => {
        const name = names.get(key) ?? crypto.randomUUID();
        names.set(key, name);
        return name;
      },
    },
    eraseEverything: async () => {
      note('eraseEverything');
    },
    now: () => NOW,
    visit: (url) => note('visit', url),
    openSettings: (section) => note('openSettings', section),
    close: () => note('close'),
  };
  const letGo = () => {
    for (const release of held.splice(0)) release();
  };
  globalThis.outside = { owner, state: scene.state, calls, drafts, hold, letGo };
  mount(world, view);
}
