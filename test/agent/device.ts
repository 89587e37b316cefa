import 'fake-indexeddb/auto';
import { vi } from 'vitest';
import { createKeyring } from '../../extension/platform/keyring.ts';
import { openStore, type OpenedStore } from '../../extension/platform/store.ts';
import { openSocket } from '../../extension/platform/socket.ts';
import { createAgent, type Agent } from '../../src/agent/agent.ts';
import type { OwnerApi, Powers } from '../../src/agent/owner-api.ts';
import type { PageCaller, Ports } from '../../src/agent/ports.ts';
import { DEFAULT_SETTINGS } from '../../src/agent/settings.ts';
import { stacksCipher } from '../../src/protocol/envelope.ts';
import type { Store } from '../../src/agent/store.ts';
import type { PageEvents } from '../../src/protocol/page-api.ts';
import { createLetterboxTransport } from '../../src/transports/letterbox.ts';
import { createMemoryArea, type MemoryArea } from './memory-area.ts';
import { nodeFetch, random, registriesAt, type Person, type World } from './world.ts';

type Told = { [Event in keyof PageEvents]: { event: Event; detail: PageEvents[Event] } }[keyof PageEvents];

/** What outlives an agent: its store, and what the browser holds in memory. Beside them what it told, and how often it asked for the window. */
export interface Device {
  readonly world: World;
  /** Of a worker that starts now: what an earlier one had looked up is looked up anew. */
  readonly ports: Ports;
  /** The agent’s: sealed while there is a vault. */
  readonly store: Store;
  /** What that leaves on the disk. */
  readonly disk: OpenedStore;
  /** Of the store’s database. */
  readonly name: string;
  readonly session: Map<string, unknown>;
  /** Inboxes whose key is in memory. */
  readonly kept: () => string[];
  /** Approvals for which a session is held. */
  readonly held: () => string[];
  /** As a restart of the browser does. */
  forgetKeys(): void;
  readonly told: Told[];
  readonly prompts: () => number;
  /** What the app's page holds of its session. */
  pageSession: unknown;
  /** A new agent over what is there; failures that nobody waits for end up in `reported`. */
  start(change?: Partial<Ports>): Agent;
  readonly reported: unknown[];
}

// Whole journeys: on a machine that builds and browses beside, a second can take five.
vi.setConfig({ testTimeout: 30_000, hookTimeout: 30_000 });

let devices = 0;

export async function createDevice(world: World): Promise<Device> {
  devices += 1;
  const name = `device ${String(devices)}`;
  const disk = await openStore(name);
  await disk.write(['settings'], (tx) =>
    tx.put('settings', {
      key: 'settings',
      settings: {
        ...DEFAULT_SETTINGS,
        registries: registriesAt(world.registry.origin),
        defaultServer: world.server.url,
        development: true,
      },
    }),
  );
  const area = createMemoryArea();
  const keyring = () => createKeyring({ session: area, disk, clock: world.clock, random });
  const told: Told[] = [];
  const reported: unknown[] = [];
  let prompts = 0;
  const device: Device = {
    world,
    store: {
      read: (tables, work) => keyring().store.read(tables, work),
      write: (tables, work) => keyring().store.write(tables, work),
    },
    disk,
    name,
    session: area.items,
    kept: () => namesIn(area, 'key:'),
    held: () => namesIn(area, 'held:'),
    forgetKeys: () => area.items.clear(),
    told,
    reported,
    prompts: () => prompts,
    pageSession: undefined,
    get ports() {
      return { ...outside, ...keyring() };
    },
    start: (change = {}) => createAgent({ ...device.ports, ...change }),
  };
  const outside: Omit<Ports, 'store' | 'keys' | 'vault'> = {
    clock: world.clock,
    timer: { after: () => () => undefined }, // the tests' own time passes at once
    random,
    fetch: nodeFetch,
    cipher: stacksCipher,
    transports: [createLetterboxTransport({ fetch: nodeFetch, clock: world.clock, openSocket })],
    prompt: {
      async show() {
        prompts += 1;
      },
    },
    sessions: { read: async () => device.pageSession },
    notifier: {
      changed: () => undefined,
      page: (_app, event, detail) => void told.push({ event, detail } as Told),
    },
    report: (error) => void reported.push(error),
  };
  return device;
}

function namesIn({ items }: MemoryArea, prefix: string): string[] {
  return [...items.keys()].filter((name) => name.startsWith(prefix)).map((name) => name.slice(prefix.length));
}

let calls = 0;

export function callerOf({ app }: Pick<Person, 'app'>, request?: string): PageCaller {
  calls += 1;
  return { app, place: 'tab 1', request: request ?? `call ${String(calls)}` };
}

/** What the person gives an app that they connect, for as long as they don't take it back. */
export const POWERS: Powers = { read: 'revoked', send: 'revoked' };
/** The same, and for a month to anyone. */
export const ALL_POWERS: Powers = { ...POWERS, sendWithoutAsking: 30 * 86_400 };

/** Resolves with the first open question. */
export async function question(owner: OwnerApi) {
  for (;;) {
    const [first] = await owner.approvals();
    if (first !== undefined) return first;
    await new Promise((resolve) => {
      setImmediate(resolve);
    });
  }
}

/** Connects a person's app by its page, with the person agreeing, and works until it is published and enrolled. */
export async function connect(agent: Agent, person: Person, given = POWERS): Promise<void> {
  const connected = agent.page.connect(callerOf(person), { name: 'Some App', session: person.session });
  const { id } = await question(agent.owner);
  await agent.owner.decide(id, { approve: true, powers: given });
  await connected;
  await agent.work();
}
