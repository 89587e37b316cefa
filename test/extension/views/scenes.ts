import type { Sites } from '../../../extension/ui/world.ts';
import type { ImportReport, KeptApp } from '../../../src/agent/data-api.ts';
import type {
  ConnectApproval,
  ConnectedApp,
  InboxEntry,
  OwnerApi,
  SendApproval,
  ServerHealth,
} from '../../../src/agent/owner-api.ts';
import type { Address, Bucket, Name, Origin } from '../../../src/protocol/ids.ts';
import { FERRY, HOUR, LANTERN, ME, NOW, ORCHARD, QUILL, QUILL_TOO, server } from './apps.ts';
import { emptyState, type OwnerState } from './fixture.ts';
import { ALICE, CLUB, letter, mail, NAMELESS, outgoing, strangers } from './letters.ts';

/** What a view finds around it. */
export interface Scene {
  readonly state: OwnerState;
  /** The active tab's origin. */
  readonly current?: Origin;
  readonly enabled?: readonly Origin[];
  /** What the browser answers when a site is asked for. */
  readonly grants?: boolean;
  /** Sites whose permission the browser took away. */
  readonly withheld?: readonly Origin[];
  readonly everywhere?: Sites['everywhere'];
  /** Sites that the browser permits, though not all of them. */
  readonly permitted?: readonly Origin[];
  /** What is not answered before the test lets go of it. */
  readonly held?: readonly (keyof OwnerApi)[];
}

const origin = (host: string) => `https://${host}` as Origin;

export const SCENES = {
  rich: (): Scene => ({ state: rich() }),
  plain: (): Scene => ({ state: { ...rich(), requests: [], outbox: [] } }),
  empty: (): Scene => ({
    state: { ...emptyState(), apps: [ORCHARD, QUILL] },
    current: origin('stoop.example'),
  }),
  fresh: (): Scene => ({
    state: { ...emptyState(), sync: { state: 'fine', checked: 0, of: 0 } },
    current: origin('stoop.example'),
  }),
  declined: (): Scene => ({ state: emptyState(), current: origin('stoop.example'), grants: false }),
  visiting: (): Scene => ({
    state: { ...rich(), entries: mail().slice(0, 2), requests: [] },
    current: origin('stoop.example'),
  }),
  quiet: (): Scene => ({
    state: { ...rich(), quiet: [{ app: origin('stoop.example'), until: NOW + 3600 }] },
    current: origin('stoop.example'),
    enabled: [origin('stoop.example')],
  }),
  withheld: (): Scene => ({
    state: { ...rich(), apps: [ORCHARD, QUILL] },
    current: QUILL.app,
    enabled: [ORCHARD.app],
    withheld: [QUILL.app, origin('stoop.example')],
    everywhere: 'withheld',
  }),
  fewer: (): Scene => ({
    state: { ...rich(), apps: [ORCHARD, QUILL] },
    current: origin('stoop.example'),
    enabled: [ORCHARD.app, origin('idle.example')],
    everywhere: 'withheld',
    permitted: [QUILL.app, origin('stoop.example')],
  }),
  everywhere: (): Scene => ({
    state: { ...rich() },
    current: origin('stoop.example'),
    everywhere: 'on',
  }),
  troubled: (): Scene => ({ state: troubled() }),
  development: (): Scene => {
    const state = rich();
    return { state: { ...state, settings: { ...state.settings, development: true } } };
  },
  busy: (): Scene => ({ state: { ...rich(), sync: { state: 'busy', checked: 1, of: 3 } } }),
  hostile: (): Scene => ({ state: hostile() }),
  many: (): Scene => ({ state: { ...emptyState(), apps: [ORCHARD], entries: many(130) } }),
  arabic: (): Scene => ({ state: arabic() }),
  conflict: (): Scene => ({
    state: {
      ...emptyState(),
      apps: [QUILL],
      entries: [
        letter({
          app: QUILL,
          sender: ALICE,
          at: NOW - HOUR,
          subject: 'Which one',
          text: 'The first.',
          conflicting: true,
        }),
      ],
    },
  }),
  connect: (): Scene => ({
    state: { ...rich(), approvals: [connect(), connect({ id: 'a2', app: origin('ferry.example') })] },
  }),
  consent: (): Scene => ({
    state: { ...rich(), approvals: [connect({ session: { state: 'consent' }, messagesHere: 0 })] },
  }),
  refused: (): Scene => ({
    state: {
      ...rich(),
      approvals: [
        connect({
          session: {
            state: 'refused',
            problem: {
              code: 'key-mismatch',
              context: {
                what: 'session',
                expected: '1Gx9hTmWuUvnLRtBrVUCLxqXQUrYzfvF3a',
                actual: '1Kc4Lm7Pv2Xd9Rt5Wq8Zs3Bn6Jh1Yfp2Qe',
              },
            },
          },
        }),
      ],
    },
  }),
  noServer: (): Scene => ({ state: { ...rich(), approvals: [withoutServer()] } }),
  twoAccounts: (): Scene => ({
    state: {
      ...rich(),
      apps: [ORCHARD, { ...QUILL, aside: true, unread: 1 }, { ...QUILL_TOO, unread: 2 }],
    },
    enabled: [ORCHARD.app, QUILL.app],
  }),
  secondAccount: (): Scene => ({
    state: { ...rich(), approvals: [connect({ others: ['bob.id.blockstack', QUILL_TOO.inbox] })] },
  }),
  sending: (): Scene => ({ state: { ...rich(), approvals: [sending()] } }),
  settled: (): Scene => ({ state: rich() }),
  settings: (): Scene => ({
    state: {
      ...troubled(),
      blocked: [
        { inbox: FERRY.inbox, from: '1Q1Cu5t3Vq6Kz9Nt2Xr8Lm7Pd4Jc1Yf8WzE' as Address },
        { inbox: QUILL.inbox, from: '1FBt9w4Vq6Kz8Nt2Xr5Lm7Pd3Jc1Yfg7T2M' as Address },
      ],
    },
    enabled: [ORCHARD.app, QUILL.app, FERRY.app, LANTERN.app, origin('stoop.example')],
  }),
  locked: (): Scene => ({ state: guarded({ state: 'locked', waiting: 7 }) }),
  lockedAndEmpty: (): Scene => ({ state: guarded({ state: 'locked' }) }),
  refusedJustNow: (): Scene => ({ state: guarded({ state: 'locked', waiting: 1, after: 60 }) }),
  lockedAsking: (): Scene => ({
    state: { ...guarded({ state: 'locked', waiting: 7 }), approvals: [connect()] },
  }),
  encrypting: (): Scene => ({
    state: {
      ...guarded({ state: 'open', progress: { to: 'sealed', done: 6400, total: 20_000 } }),
      approvals: [connect()],
    },
    held: ['overview', 'approvals'],
  }),
  decrypting: (): Scene => ({
    state: guarded({ state: 'none', progress: { to: 'open', done: 15_000, total: 20_000 } }),
    held: ['overview'],
  }),
  guarded: (): Scene => ({ state: guarded({ state: 'open' }) }),
  damaged: (): Scene => ({ state: guarded({ state: 'open', damaged: 3 }) }),
  data: (): Scene => ({ state: { ...rich(), kept: kept(), report: report() } }),
  invited: (): Scene => ({
    state: {
      ...emptyState(),
      apps: [{ ...ORCHARD, servers: [...ORCHARD.servers.slice(0, 1), unadmitted()] }],
    },
    enabled: [ORCHARD.app],
  }),
  nameMoved: (): Scene => {
    const [first] = outgoing();
    const context = { name: 'alice.id.blockstack', address: '1Q1Cu5t3Vq6Kz9Nt2Xr8Lm7Pd4Jc1Yf8WzE' };
    const reason = { code: 'name-moved', context } as const;
    const moved = first && { ...first, to: context.name, state: 'failed' as const, reason };
    return { state: { ...rich(), outbox: moved === undefined ? [] : [moved] } };
  },
  signedOut: (): Scene => ({
    state: {
      ...emptyState(),
      apps: [
        { ...ORCHARD, state: 'paused', changedTo: '1Q1Cu5t3Vq6Kz9Nt2Xr8Lm7Pd4Jc1Yf8WzE' as Address },
        { ...QUILL, state: 'paused' },
      ],
    },
  }),
  nameLost: (): Scene => {
    const { name: _, ...nameless } = ORCHARD;
    const nameLost = { name: ME, leadsTo: '1Q1Cu5t3Vq6Kz9Nt2Xr8Lm7Pd4Jc1Yf8WzE' as Address };
    return { state: { ...emptyState(), apps: [{ ...nameless, nameLost }] } };
  },
  clockAhead: (): Scene => ({ state: { ...emptyState(), apps: [ORCHARD], clockOffset: -3610 } }),
  storageAway: (): Scene => {
    const problem = {
      code: 'unreachable',
      context: { url: 'https://hub.example/hub_info', problem: 'network' },
    };
    const away = (hours: number) => ({ since: NOW - hours * HOUR, problem }) as const;
    const apps = [
      { ...ORCHARD, storageTrouble: away(1) },
      { ...QUILL, storageTrouble: away(72) },
    ] as ConnectedApp[];
    return { state: { ...emptyState(), apps } };
  },
  vanished: (): Scene => ({ state: { ...emptyState(), apps: vanished() } }),
  stated: (): Scene => ({
    state: {
      ...emptyState(),
      apps: [ORCHARD],
      stated: {
        admission: 'invite',
        operator: 'The club',
        price: '<b>2 USD</b> a month',
        terms: 'https://club.example/terms',
        contact: 'javascript:alert(1)',
      },
    },
  }),
} satisfies Record<string, () => Scene>;

export type SceneName = keyof typeof SCENES;

function kept(): KeptApp[] {
  const of = ({ inbox, app }: ConnectedApp) => ({ inbox, app, erasing: false, hasKey: true });
  const untold = [{ url: 'https://post.orchard.example' }];
  const problem = {
    code: 'unreachable',
    context: { url: 'https://mail.ferry.example', problem: 'x' },
  } as const;
  return [
    { ...of(ORCHARD), name: ME, state: 'connected', untold },
    {
      ...of(FERRY),
      state: 'leaving',
      erasing: true,
      untold: [{ url: 'https://mail.ferry.example', problem }],
    },
    { ...of(QUILL), state: 'leaving', erasing: true, hasKey: false, untold: [] },
    { ...of(LANTERN), state: 'disconnected', untold: [] },
  ];
}

/** What the agent says of a file with a bit of everything. */
function report(): ImportReport {
  const shown = {
    bucket: 'https://hub.example/hub/1Gx9hTmWuUvnLRtBrVUCLxqXQUrYzfvF3a/' as Bucket,
    hub: 'https://hub.example',
    servers: ['https://post.orchard.example'],
  };
  return {
    added: { messages: 1280, contacts: 41, sent: 1, grants: 2, records: 40 },
    here: { messages: 3, contacts: 1 },
    apps: [
      { ...shown, inbox: QUILL.inbox, app: QUILL.app, name: ME, state: 'new', key: 'asks' },
      { ...shown, inbox: FERRY.inbox, app: FERRY.app, state: 'new', key: 'none', servers: [] },
      { ...shown, inbox: LANTERN.inbox, app: LANTERN.app, state: 'taken', key: 'none' },
    ],
    settings: {
      registries: { bns: ['https://registry.example'], bnsv2: [] },
      defaultServer: '',
      taken: false,
    },
    conflicts: [
      { kind: 'relation', address: '1Q1Cu5t3Vq6Kz9Nt2Xr8Lm7Pd4Jc1Yf8WzE' as Address },
      {
        kind: 'name',
        address: '1FBt9w4Vq6Kz8Nt2Xr5Lm7Pd3Jc1Yfg7T2M' as Address,
        name: 'noor.id.blockstack' as Name,
      },
    ],
    unreadable: 2,
    why: { code: 'malformed', context: { what: 'message.body', problem: 'missing' } },
  };
}

/** Servers that nobody has heard of for days: one of two, and the only one. */
function vanished(): ConnectedApp[] {
  const fine = server('https://post.orchard.example', 'fine');
  const problem = { code: 'unavailable', context: {} } as const;
  const recovered = { ...fine, lastProblem: { problem, at: NOW - 24 * HOUR } };
  const gone = { ...server('https://mail.ferry.example', 'failed'), lastSync: NOW - 80 * HOUR };
  return [
    { ...ORCHARD, servers: [recovered, gone] },
    { ...QUILL, servers: [gone] },
  ];
}

function unadmitted(): ServerHealth {
  const { entry } = server('https://club.example', 'fine');
  return { entry, state: 'failed', live: false, problem: { code: 'not-admitted', context: {} } };
}

/** With a vault; its passphrase is the tests’ own. */
function guarded(change: Partial<OwnerState['vault']>): OwnerState {
  const state = rich();
  return { ...state, vault: { ...state.vault, passphrase: 'four quiet herons', ...change } };
}

function rich(): OwnerState {
  return {
    ...emptyState(),
    apps: [ORCHARD, QUILL, FERRY, LANTERN],
    entries: mail(),
    requests: strangers(),
    outbox: outgoing(),
  };
}

function troubled(): OwnerState {
  const failing = {
    ...FERRY,
    servers: [server('https://mail.ferry.example', 'failed'), server('https://relay.quill.example', 'fine')],
  };
  return {
    ...rich(),
    requests: [],
    apps: [ORCHARD, { ...QUILL, state: 'waiting' }, failing, { ...LANTERN, state: 'paused' }],
    sync: { state: 'failed', checked: 4, of: 5, at: NOW - 6 * 60 },
  };
}

/** What a sender could try. */
function hostile(): OwnerState {
  const long = 'W'.repeat(400);
  const markup =
    '<img src=x onerror="document.title=\'owned\'"><b>bold</b><script>document.title="owned"</script>';
  const named = { ...ALICE, name: { name: `${'a'.repeat(70)}.btc` as Name, checkedAt: NOW } };
  return {
    ...emptyState(),
    apps: [{ ...ORCHARD, appName: `${'Orchard '.repeat(20)}${markup}` }, QUILL],
    entries: [
      letter({ app: ORCHARD, sender: CLUB, at: NOW - 60, subject: markup, text: markup }),
      letter({
        app: QUILL,
        sender: named,
        at: NOW - 120,
        subject: long,
        text: `${long}\n\u202Etxet desrever\n${'a b '.repeat(3000)}`,
      }),
      letter({ app: QUILL, sender: NAMELESS, at: NOW - 180, text: '' }),
    ],
    requests: strangers(),
  };
}

function arabic(): OwnerState {
  const [first, second, third, ...others] = mail();
  const translated = (entry: InboxEntry | undefined, subject: string, text: string): InboxEntry[] =>
    entry === undefined
      ? []
      : [{ ...entry, content: { state: 'readable', type: 'text/plain', body: text, subject, text } }];
  return {
    ...rich(),
    entries: [
      ...translated(first, 'عشاء الجمعة في الثامنة', 'القاعة المطلة على القناة متاحة'),
      ...translated(second, 'ينتهي الإعارة يوم الاثنين', 'يمكنك التجديد مرة واحدة'),
      ...(third === undefined ? [] : [third]),
      ...others,
    ],
  };
}

function many(amount: number): InboxEntry[] {
  return Array.from({ length: amount }, (_, index) =>
    letter({
      app: ORCHARD,
      sender: CLUB,
      at: NOW - index * 600,
      subject: `Note ${amount - index}`,
      text: 'A line.',
      read: true,
    }),
  );
}

function connect(more: Partial<ConnectApproval> = {}): ConnectApproval {
  return {
    kind: 'connect',
    id: 'a1',
    app: origin('quill.example'),
    appName: 'Quill',
    ...(QUILL.icon === undefined ? {} : { icon: QUILL.icon }),
    askedAt: NOW - 2,
    session: {
      state: 'given',
      address: '1Gx9hTmWuUvnLRtBrVUCLxqXQUrYzfvF3a' as Address,
      bucket: 'https://hub.example/hub/1Gx9hTmWuUvnLRtBrVUCLxqXQUrYzfvF3a/' as Bucket,
      hub: 'https://hub.example',
      name: ME,
      by: 'page',
    },
    server: 'https://post.orchard.example',
    serverFrom: 'settings',
    messagesHere: 14,
    others: [],
    place: 'tab:1',
    ...more,
  };
}

function withoutServer(): ConnectApproval {
  const { server: _server, serverFrom: _from, ...rest } = connect();
  return rest;
}

function sending(): SendApproval {
  return {
    kind: 'send',
    id: 's1',
    app: origin('quill.example'),
    appName: 'Quill',
    askedAt: NOW - 2,
    inbox: QUILL.inbox,
    as: ME,
    to: 'alice.id.blockstack',
    subject: 'The lichen pages',
    text: 'I read your second draft on the train.\n\nThe pages on lichen are the best thing in it, and I would move them to the front.',
  };
}
