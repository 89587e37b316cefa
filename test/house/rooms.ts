import type { Import, Source } from './sources.ts';

/** What a room may import, besides itself. */
interface Arrows {
  readonly rooms: readonly string[];
  /** Single files of other rooms that it may import, too. */
  readonly files?: readonly string[];
  /** Single files of other rooms of which only types may be imported. */
  readonly types?: readonly string[];
  /** Packages, by name; `node` stands for all of Node's own modules. */
  readonly packages: readonly string[];
}

const OWNER_API = ['src/agent/owner-api.ts', 'src/agent/data-api.ts'];
const VIEW: Arrows = {
  rooms: ['src/protocol', 'extension/ui'],
  types: OWNER_API,
  packages: ['preact', 'webextension-polyfill'],
};

/** The picture of the house, as a table: every arrow points down. */
export const ROOMS = {
  'src/protocol': {
    rooms: [],
    packages: [
      '@bitauth/libauth',
      '@noble/ciphers',
      '@noble/curves',
      '@noble/hashes',
      '@scure/base',
      '@stacks/encryption',
    ],
  },
  'src/gaia': {
    rooms: ['src/protocol'],
    packages: ['@noble/curves', '@noble/hashes', '@scure/base', 'ipaddr.js'],
  },
  'src/agent': { rooms: ['src/protocol', 'src/gaia'], packages: [] },
  // A Secret Key and the wallets' handshake: in one page of the extension each, never in the background.
  'src/wallet': {
    rooms: ['src/protocol', 'src/gaia'],
    packages: ['@noble/hashes', '@scure/bip32', '@scure/bip39', '@stacks/auth', '@stacks/wallet-sdk'],
  },
  'src/transports': { rooms: ['src/protocol', 'src/gaia'], packages: [] },
  'src/client': { rooms: ['src/protocol'], packages: [] },
  'src/conformance': {
    rooms: ['src/protocol', 'src/gaia'],
    packages: ['node', '@noble/curves', '@noble/hashes'],
  },
  'src/server': {
    rooms: ['src/protocol', 'src/gaia'],
    packages: ['node', 'ws', 'pino', 'secp256k1', 'ipaddr.js', 'prom-client', '@nats-io/transport-node'],
  },
  'src/devnet': {
    rooms: ['src/protocol', 'src/gaia', 'src/server'],
    packages: [
      'node',
      'vite',
      'jsontokens',
      '@stacks/auth',
      '@stacks/common',
      '@stacks/connect',
      '@stacks/encryption',
      '@stacks/profile',
      '@stacks/storage',
      '@stacks/transactions',
      '@stacks/wallet-sdk',
    ],
  },
  // The selection of wallets, in the world of the one page where somebody wants it.
  'extension/wallet': { rooms: [], packages: ['@stacks/connect', '@stacks/connect-ui'] },
  'extension/platform': {
    rooms: ['src/protocol', 'src/agent'],
    files: ['extension/wallet/answer.ts'],
    packages: ['idb', 'webextension-polyfill', '@noble/ciphers', '@noble/hashes'],
  },
  'extension/background': {
    rooms: ['src/protocol', 'src/gaia', 'src/agent', 'src/transports', 'extension/platform'],
    packages: ['webextension-polyfill'],
  },
  'extension/content': { rooms: ['src/protocol'], packages: [] },
  'extension/page': { rooms: ['src/protocol', 'src/client'], packages: [] },
  'extension/ui': {
    rooms: ['src/protocol'],
    // The views' half of the owner API's wire, of the switch that turns Letterbox on for a site, and of the end of it all.
    files: ['src/agent/owner-wire.ts', 'extension/platform/origins.ts', 'extension/platform/erase.ts'],
    types: OWNER_API,
    packages: ['preact', 'webextension-polyfill'],
  },
  'extension/popup': VIEW,
  // A wallet's answer is opened in the window that asked for it, and nowhere else.
  'extension/approve': {
    ...VIEW,
    rooms: [...VIEW.rooms, 'src/wallet'],
    files: [
      'extension/platform/clock.ts',
      'extension/platform/random.ts',
      'extension/platform/wallet-tab.ts',
    ],
    types: [...OWNER_API, 'extension/wallet/answer.ts'],
  },
  // Files are sealed and opened where the person chose them: nothing of them passes through the background unparsed.
  // So is a Secret Key: the background never sees what an app's key is derived from.
  'extension/settings': {
    ...VIEW,
    rooms: [...VIEW.rooms, 'src/gaia', 'src/wallet'],
    files: [
      'extension/platform/clock.ts',
      'extension/platform/export-format.ts',
      'extension/platform/random.ts',
      'extension/platform/web-fetch.ts',
    ],
  },
} as const satisfies Readonly<Record<string, Arrows>>;

export type Room = keyof typeof ROOMS;

/** The room that a file stands in, by its first two folders. */
export function roomOf(path: string): Room | undefined {
  const room = path.split('/').slice(0, 2).join('/');
  return room in ROOMS ? (room as Room) : undefined;
}

/** Says what is wrong with an import, or nothing where the table allows it. */
export function forbiddenArrow(path: string, one: Import): string | undefined {
  const room = roomOf(path);
  if (room === undefined) return `${path} stands in no room`;
  const allowed =
    one.file === undefined
      ? allowsPackage(ROOMS[room], one.specifier)
      : allowsFile(room, one.file, one.typeOnly);
  return allowed ? undefined : `${path} may not import ${one.specifier}`;
}

/** Every circle of rooms that the imports make, as `a → b → a`, each once. */
export function circles(sources: readonly Source[]): string[] {
  const arrows = roomGraph(sources);
  const found = new Set<string>();
  const visit = (trail: readonly Room[]): void => {
    for (const next of arrows.get(trail.at(-1) ?? 'src/protocol') ?? []) {
      const start = trail.indexOf(next);
      if (start === -1) visit([...trail, next]);
      else found.add(circleFrom(trail.slice(start)));
    }
  };
  for (const room of arrows.keys()) visit([room]);
  return [...found];
}

function allowsPackage(arrows: Arrows, specifier: string): boolean {
  if (specifier.startsWith('node:')) return arrows.packages.includes('node');
  const name = specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
  return arrows.packages.includes(name);
}

function allowsFile(from: Room, file: string, typeOnly: boolean): boolean {
  const to = roomOf(file);
  const arrows: Arrows = ROOMS[from];
  if (to === from || (to !== undefined && arrows.rooms.includes(to))) return true;
  if (arrows.files?.includes(file) === true) return true;
  return typeOnly && (arrows.types?.includes(file) ?? false);
}

function roomGraph(sources: readonly Source[]): Map<Room, Set<Room>> {
  const arrows = new Map<Room, Set<Room>>();
  for (const source of sources) {
    const from = roomOf(source.path);
    if (from === undefined) continue;
    const targets = arrows.get(from) ?? new Set<Room>();
    arrows.set(from, targets);
    for (const { file } of source.imports) {
      const to = file === undefined ? undefined : roomOf(file);
      if (to !== undefined && to !== from) targets.add(to);
    }
  }
  return arrows;
}

/** One spelling for all turns of a circle: it starts at its alphabetically first room. */
function circleFrom(rooms: readonly Room[]): string {
  const first = rooms.indexOf(rooms.toSorted()[0] ?? 'src/protocol');
  const turned = [...rooms.slice(first), ...rooms.slice(0, first)];
  return [...turned, turned[0]].join(' → ');
}
