import type {
  ConnectApproval,
  Approval,
  ConnectedApp,
  EntryKey,
  InboxEntry,
  OutboxItem,
  Overview,
  OwnerApi,
  Progress,
  QuietApp,
  SenderKey,
  SenderRequest,
  ServerHealth,
  ServerTest,
  Settings,
  VaultView,
} from '../../../src/agent/owner-api.ts';
import type { DataApi, ImportReport, KeptApp } from '../../../src/agent/data-api.ts';
import { LetterboxError, type ErrorCode } from '../../../src/protocol/errors.ts';
import type { Address, Bucket, MessageId, Name, Origin } from '../../../src/protocol/ids.ts';
import type { ServerEntry } from '../../../src/protocol/record.ts';
import { DAY, NOW } from './apps.ts';

/** What an owner knows; tests shape it before a view is shown. */
export interface OwnerState {
  apps: ConnectedApp[];
  entries: InboxEntry[];
  requests: SenderRequest[];
  outbox: OutboxItem[];
  approvals: Approval[];
  blocked: SenderKey[];
  quiet: QuietApp[];
  kept: KeptApp[];
  report: ImportReport;
  settings: Settings;
  sync: Overview['sync'];
  clockOffset?: number;
  /** What servers say of themselves when they are tested. */
  stated?: Partial<ServerTest>;
  /** `waiting`: what the servers count while it is locked. */
  vault: {
    state: VaultView['state'];
    after: number;
    damaged: number;
    waiting: number;
    passphrase: string;
    progress?: Progress;
  };
}

/** What a page is found to be signed in with. */
const READ: ConnectApproval['session'] = {
  state: 'given',
  by: 'session',
  address: '1Gx9hTmWuUvnLRtBrVUCLxqXQUrYzfvF3a' as Address,
  bucket: 'https://hub.example/hub/1Gx9hTmWuUvnLRtBrVUCLxqXQUrYzfvF3a/' as Bucket,
  hub: 'https://hub.example',
  name: 'bob.id.blockstack' as Name,
};

export function emptyState(): OwnerState {
  return {
    apps: [],
    entries: [],
    requests: [],
    outbox: [],
    approvals: [],
    blocked: [],
    quiet: [],
    kept: [],
    report: { added: {}, here: {}, apps: [], conflicts: [], unreadable: 0 },
    settings: {
      registries: { bns: ['https://registry.example'], bnsv2: ['https://bnsv2.example'] },
      defaultServer: 'https://post.orchard.example',
      receipts: true,
      development: false,
      autoLock: 15,
    },
    sync: { state: 'fine', checked: 2, of: 2, at: NOW - 60 },
    vault: { state: 'none', after: 0, damaged: 0, waiting: 0, passphrase: '' },
  };
}

export interface FixtureOwner {
  readonly owner: OwnerApi;
  readonly onChange: (listener: () => void) => () => void;
  /** Every call in order, as the view made it. */
  readonly calls: { method: string; args: unknown[] }[];
  /** The next call of this method is refused so. */
  refuse(method: keyof OwnerApi, code: ErrorCode, context: Record<string, string | number>): void;
  /** This method's next call does not answer before the function given back is called. */
  hold(method: keyof OwnerApi): () => void;
  changed(): void;
}

/** The owner API in memory, for views only: what the agent does is tested with the agent. */
export function fixtureOwner(state: OwnerState): FixtureOwner {
  const listeners = new Set<() => void>();
  const calls: FixtureOwner['calls'] = [];
  const refusals = new Map<string, LetterboxError>();
  const held = new Map<string, Promise<void>>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  const bare = methods(state);
  const owner = new Proxy(bare, {
    get:
      (target, method) =>
      async (...args: unknown[]) => {
        const name = String(method);
        calls.push({ method: name, args });
        await held.get(name);
        const refusal = refusals.get(name);
        refusals.delete(name);
        if (refusal !== undefined) throw refusal;
        const call = Reflect.get(target, method) as (...given: unknown[]) => Promise<unknown>;
        const value: unknown = structuredClone(await call(...args));
        if (!READS.has(name)) changed();
        return value;
      },
  });
  return {
    owner,
    calls,
    changed,
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    refuse: (method, code, context) => refusals.set(method, new LetterboxError(code, context)),
    hold: (method) => {
      let release = () => undefined as void;
      held.set(
        method,
        new Promise((resolve) => {
          release = resolve;
        }),
      );
      return () => {
        held.delete(method);
        release();
      };
    },
  };
}

const READS = new Set([
  'overview',
  'messages',
  'message',
  'requests',
  'outbox',
  'blocked',
  'testServer',
  'approvals',
  'settings',
  'exportLines',
  'importLines',
  'keptApps',
]);

type VaultMethods = Pick<
  OwnerApi,
  | 'setPassphrase'
  | 'passphraseProgress'
  | 'unlock'
  | 'lock'
  | 'changePassphrase'
  | 'removePassphrase'
  | 'eraseAll'
>;

function methods(state: OwnerState): OwnerApi {
  const same = (key: SenderKey) => (other: SenderKey) => other.inbox === key.inbox && other.from === key.from;
  const sameEntry = (key: EntryKey) => (other: EntryKey) => same(key)(other) && other.id === key.id;
  const dropRequest = (key: SenderKey) => {
    state.requests = state.requests.filter((request) => !same(key)(request));
  };
  const setApp = (matches: (app: ConnectedApp) => boolean, more: Partial<ConnectedApp>) => {
    state.apps = state.apps.map((app) => (matches(app) ? { ...app, ...more } : app));
  };
  return {
    overview: async () => overviewOf(state),
    messages: async ({ app, limit, cursor }) => {
      const all = state.entries.filter((entry) => app === undefined || entry.app === app);
      const start = Number(cursor ?? 0);
      const entries = all.slice(start, start + limit);
      return start + limit < all.length ? { entries, cursor: String(start + limit) } : { entries };
    },
    message: async (key) => state.entries.find(sameEntry(key)),
    requests: async () => state.requests,
    outbox: async () => state.outbox,
    markRead: async (keys, read) => {
      state.entries = state.entries.map((entry) =>
        keys.some((key) => sameEntry(key)(entry)) ? { ...entry, read } : entry,
      );
    },
    remove: async (keys) => {
      state.entries = state.entries.filter((entry) => !keys.some((key) => sameEntry(key)(entry)));
    },
    retry: async (key) => {
      state.entries = state.entries.map((entry) =>
        sameEntry(key)(entry) ? { ...entry, content: { state: 'fetching' } } : entry,
      );
    },
    send: async ({ inbox, to, text, subject }) => {
      const item: OutboxItem = {
        id: `s${String(state.outbox.length).padStart(21, '0')}` as MessageId,
        inbox,
        app: state.apps.find((app) => app.inbox === inbox)?.app ?? ('https://orchard.example' as Origin),
        to: typeof to === 'string' ? to : to.address,
        address: (typeof to === 'string' ? to : to.address) as Address,
        state: 'queued',
        text,
        createdAt: NOW,
        ...(subject === undefined ? {} : { subject }),
      };
      state.outbox = [...state.outbox, item];
      return item;
    },
    retrySend: async (id) => {
      state.outbox = state.outbox.map((item) => (item.id === id ? { ...item, state: 'queued' } : item));
    },
    acceptMoved: async (id) => {
      state.outbox = state.outbox.map((item) => (item.id === id ? { ...item, state: 'queued' } : item));
    },
    cancelSend: async (id) => {
      state.outbox = state.outbox.filter((item) => item.id !== id);
    },
    accept: async (key) => dropRequest(key),
    dismiss: async (key) => dropRequest(key),
    block: async (key) => {
      dropRequest(key);
      state.blocked = [...state.blocked, { inbox: key.inbox, from: key.from }];
    },
    unblock: async (key) => {
      state.blocked = state.blocked.filter((other) => !same(key)(other));
    },
    blocked: async () => state.blocked,
    disconnect: async (inbox) => {
      state.apps = state.apps.filter((app) => app.inbox !== inbox);
    },
    grant: async (app, powers) => {
      const given = Object.entries(powers).map(([power, lasting]) => {
        const until = lasting === 'revoked' ? {} : { until: NOW + lasting };
        return [power, { since: NOW, ...until }];
      });
      for (const one of state.apps.filter((other) => other.app === app))
        setApp((other) => other === one, { grants: { ...one.grants, ...Object.fromEntries(given) } });
    },
    letAsk: async (app) => {
      state.quiet = state.quiet.filter((one) => one.app !== app);
    },
    revoke: async (app, power) => {
      for (const one of state.apps.filter((other) => other.app === app)) {
        const rest = Object.entries(one.grants).filter(([name]) => power !== undefined && name !== power);
        setApp((other) => other === one, { grants: Object.fromEntries(rest) });
      }
    },
    setServers: async (inbox, servers) => {
      state.apps = state.apps.map((app) => (app.inbox === inbox ? withServers(app, servers) : app));
    },
    stopDelivery: async (inbox) =>
      setApp((app) => app.inbox === inbox, { isStopped: true, servers: [], leaving: [] }),
    deliverAgain: async (inbox) =>
      setApp((app) => app.inbox === inbox, {
        isStopped: false,
        servers: [
          {
            entry: { type: 'letterbox', url: state.settings.defaultServer as Origin },
            state: 'fine',
            live: true,
          },
        ],
      }),
    syncServer: async () => undefined,
    redeemInvite: async ({ inbox, server: { url } }) => {
      const admitted = (health: ServerHealth): ServerHealth =>
        health.entry.url === url ? { entry: health.entry, state: 'fine', live: true, lastSync: NOW } : health;
      setApp((app) => app.inbox === inbox, {
        servers: state.apps.find((app) => app.inbox === inbox)?.servers.map(admitted) ?? [],
      });
    },
    testServer: async (url) => ({
      url: new URL(url).origin as Origin,
      milliseconds: 12,
      versions: [1],
      retention: 30 * 86_400,
      admission: 'open',
      operator: 'The Orchard co-operative',
      ...state.stated,
    }),
    approvals: async () => state.approvals,
    readSession: async (id) => {
      state.approvals = state.approvals.map((asked) =>
        asked.id === id && asked.kind === 'connect' ? { ...asked, session: READ } : asked,
      );
    },
    offerSession: async () => undefined,
    decide: async (id) => {
      state.approvals = state.approvals.filter((approval) => approval.id !== id);
    },
    syncNow: async () => undefined,
    settings: async () => state.settings,
    saveSettings: async (change) => {
      const registries = { ...state.settings.registries, ...change.registries };
      state.settings = { ...state.settings, ...change, registries };
    },
    ...vaultMethods(state),
    ...dataMethods(state),
  };
}

/** What the lines of the file come to is the report that a test gives; its apps with a problem have theirs in the file. */
function dataMethods(state: OwnerState): DataApi {
  return {
    exportLines: async (keys, cursor) => {
      const at = Number(cursor ?? 0);
      const lines = [`{"kind":"export","version":1,"keys":${String(keys)},"page":${String(at)}}`];
      if (at < 2) return { lines, cursor: String(at + 1) };
      const apps = state.report.apps.filter(({ problem }) => problem !== undefined);
      return { lines: [...lines, ...apps.map(({ inbox }) => `{"kind":"app","address":"${inbox}"}`)] };
    },
    importLines: async () => state.report,
    keptApps: async () => state.kept,
    eraseApp: async (inbox, how) => {
      const isGone = (app: KeptApp) => app.inbox === inbox && (how === 'now' || app.state === 'disconnected');
      state.kept = state.kept
        .filter((app) => !isGone(app))
        .map((app) => (app.inbox === inbox ? { ...app, erasing: true, state: 'leaving' } : app));
    },
  };
}

function withServers(app: ConnectedApp, servers: readonly ServerEntry[]): ConnectedApp {
  const known = [...app.servers, ...app.leaving];
  const isWanted = ({ entry }: ServerHealth) => servers.some(({ url }) => url === entry.url);
  const dropped = app.servers.map((health, place) => ({ ...health, place, until: NOW + 30 * DAY }));
  return {
    ...app,
    servers: servers.map(
      (entry) =>
        known.find((health) => health.entry.url === entry.url) ?? { entry, state: 'unknown', live: false },
    ),
    isStopped: false,
    leaving: [...app.leaving, ...dropped].filter((health) => !isWanted(health)),
    publishedAt: NOW,
  };
}

function vaultMethods({ vault }: OwnerState): VaultMethods {
  const check = (passphrase: string) => {
    if (vault.after > 0) throw new LetterboxError('passphrase-wait', { after: vault.after });
    if (passphrase === vault.passphrase) return;
    vault.after = 8;
    throw new LetterboxError('passphrase-wrong', { after: 8 });
  };
  return {
    setPassphrase: async (passphrase) => void Object.assign(vault, { state: 'open', passphrase }),
    passphraseProgress: async () => vault.progress,
    unlock: async (passphrase) => {
      check(passphrase);
      vault.state = 'open';
    },
    lock: async () => {
      vault.state = 'locked';
    },
    changePassphrase: async (from, to) => {
      check(from);
      vault.passphrase = to;
    },
    removePassphrase: async (passphrase) => {
      check(passphrase);
      vault.state = 'none';
    },
    eraseAll: async () => {
      vault.state = 'none';
    },
  };
}

function overviewOf(state: OwnerState): Overview {
  const { apps, entries, requests, sync, approvals, settings, vault } = state;
  const { autoLock, development } = settings;
  const view = { state: vault.state, after: vault.after, damaged: vault.damaged, autoLock };
  if (vault.state === 'locked') {
    const none = { unread: 0, requests: 0, apps: [], approvals: 0, quiet: [], clockOffset: 0 };
    return { ...none, badge: vault.waiting, sync, development, vault: view };
  }
  const unread = entries.filter(({ read }) => !read);
  return {
    badge: unread.length + requests.length,
    unread: unread.length,
    requests: requests.length,
    apps: apps.map((app) => ({ ...app, unread: unread.filter(({ inbox }) => inbox === app.inbox).length })),
    sync,
    clockOffset: state.clockOffset ?? 0,
    approvals: approvals.length,
    quiet: state.quiet,
    development,
    vault: view,
  };
}
