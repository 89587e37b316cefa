import type {
  InboxEntry,
  OutboxItem,
  Sender,
  SenderRequest,
  ConnectedApp,
} from '../../../src/agent/owner-api.ts';
import type { WireError } from '../../../src/protocol/errors.ts';
import type { Address, MessageId, Name } from '../../../src/protocol/ids.ts';
import { DAY, FERRY, HOUR, LANTERN, MINUTE, NOW, ORCHARD, QUILL } from './apps.ts';

export const ALICE: Sender = proven('1HTbVd3kRw7Jp2Xq9Lz5Ym8Nc4Gf6S9Qxm', 'alice.id.blockstack');
export const CLUB: Sender = proven('1Kc4Lm7Pv2Xd9Rt5Wq8Zs3Bn6Jh1Yfp2Qe', 'supper-club.id.blockstack');
export const LIBRARY: Sender = proven('1LiB9x4Tm7Qz2Vk5Rw8Nd3Hp6Js1CyfGu7', 'library.id.blockstack');
export const HARBOR: Sender = proven('1Hb8Ws3Vq6Kz9Nt2Xr5Lm7Pd4Jc1YfgRe5', 'harbor.btc');
export const NAMELESS: Sender = { address: '1J8qFvT6Lw3Xr9Nz2Kd5Pm7Hs4Bc1YgK4Qx' as Address };

function proven(address: string, name: string): Sender {
  return { address: address as Address, name: { name: name as Name, checkedAt: NOW - HOUR } };
}

let made = 0;

function nextId(): MessageId {
  made += 1;
  return `m${String(made).padStart(21, '0')}` as MessageId;
}

interface Letter {
  readonly app: ConnectedApp;
  readonly sender: Sender;
  readonly at: number;
  readonly subject?: string;
  readonly text?: string;
  readonly read?: boolean;
  readonly fetching?: boolean;
  readonly unreadable?: WireError;
  readonly final?: boolean;
  readonly conflicting?: boolean;
}

export function letter(given: Letter): InboxEntry {
  return {
    inbox: given.app.inbox,
    from: given.sender.address,
    id: nextId(),
    app: given.app.app,
    sender: given.sender,
    sentAt: given.at,
    receivedAt: given.at + 2,
    read: given.read ?? false,
    content: contentOf(given),
    conflicting: given.conflicting ?? false,
  };
}

function contentOf({ fetching, unreadable, final, subject, text = '' }: Letter): InboxEntry['content'] {
  if (fetching) return { state: 'fetching' };
  if (unreadable !== undefined) return { state: 'unreadable', reason: unreadable, final: final ?? true };
  return {
    state: 'readable',
    type: 'text/plain',
    text,
    body: text,
    ...(subject === undefined ? {} : { subject }),
  };
}

const CHANGED_FILE: WireError = { code: 'file-digest', context: {} };

/** A morning's mail, newest first. */
export function mail(): InboxEntry[] {
  return [
    letter({
      app: ORCHARD,
      sender: CLUB,
      at: NOW - 3 * MINUTE,
      subject: 'Dinner on Friday moves to eight',
      text: 'The room by the canal is free after all.\n\nBring an appetite, the menu is longer than last time:\n– smoked beet and horseradish\n– the pike, if the market has any',
    }),
    letter({
      app: QUILL,
      sender: LIBRARY,
      at: NOW - 14 * MINUTE,
      subject: 'Your loan ends on Monday',
      text: 'Two books are due. You can renew each of them once more.',
    }),
    letter({
      app: FERRY,
      sender: HARBOR,
      at: NOW - 47 * MINUTE,
      subject: 'Notes on the crossing',
      text: 'We marked four places where the chart disagrees with the water.',
    }),
    letter({
      app: FERRY,
      sender: NAMELESS,
      at: NOW - 93 * MINUTE,
      subject: 'Berth 14 from the first of May',
      text: 'Paid until then, thank you. The key is with the harbour office.',
      read: true,
    }),
    letter({ app: QUILL, sender: ALICE, at: NOW - 2 * HOUR, unreadable: CHANGED_FILE }),
    letter({
      app: QUILL,
      sender: ALICE,
      at: NOW - 16 * HOUR,
      subject: 'Shared “Field guide, second draft”',
      text: 'You can edit. Start with the pages on lichen, they need it most.',
    }),
    letter({ app: ORCHARD, sender: HARBOR, at: NOW - 18 * HOUR, fetching: true }),
    letter({
      app: LANTERN,
      sender: ALICE,
      at: NOW - 3 * DAY,
      text: 'The reading lamp is yours. Pick it up any evening after six.',
      read: true,
    }),
  ];
}

export function strangers(): SenderRequest[] {
  const stranger = (
    address: string,
    app: ConnectedApp,
    messages: number,
    lastSent: number,
    sender: Partial<Sender> = {},
  ): SenderRequest => ({
    inbox: app.inbox,
    from: address as Address,
    app: app.app,
    sender: { address: address as Address, ...sender },
    messages,
    firstSent: lastSent - 20 * MINUTE,
    lastSent,
  });
  return [
    stranger('1LenQ7v2Xr9Nz4Kd5Pm8Hs3Bc6Yg1Wtr8D1', ORCHARD, 2, NOW - 2 * HOUR, {
      claimedName: 'market.id.blockstack' as Name,
    }),
    stranger('1FBt9w4Vq6Kz8Nt2Xr5Lm7Pd3Jc1Yfg7T2M', LANTERN, 1, NOW - 3 * HOUR),
    stranger('1A6wC9s3Vq6Kz2Nt8Xr5Lm7Pd4Jc1YfhY3p', FERRY, 1, NOW - 20 * HOUR, {
      claimedName: 'a1ice.id.blockstack' as Name,
      warning: { kind: 'resembles', name: 'alice.id.blockstack' as Name },
    }),
    stranger('1Q1Cu5t3Vq6Kz9Nt2Xr8Lm7Pd4Jc1Yf8WzE', FERRY, 5, NOW - 4 * DAY, {
      claimedName: 'harbor.btc' as Name,
      warning: { kind: 'moved', name: 'harbor.btc' as Name },
    }),
  ];
}

export function outgoing(): OutboxItem[] {
  const item = (app: ConnectedApp, to: Sender, createdAt: number, more: Partial<OutboxItem>): OutboxItem => ({
    id: nextId(),
    inbox: app.inbox,
    app: app.app,
    to: to.name?.name ?? to.address,
    address: to.address,
    state: 'queued',
    text: 'We leave with the tide.',
    createdAt,
    ...more,
  });
  return [
    item(ORCHARD, CLUB, NOW - MINUTE, {
      state: 'stored',
      text: 'Eight is fine. I bring the bread.',
      nextTry: (NOW + 4 * MINUTE) * 1000,
    }),
    item(QUILL, ALICE, NOW - 2 * MINUTE, { state: 'queued', text: 'On my way.' }),
    item(QUILL, ALICE, NOW - HOUR, {
      state: 'accepted',
      subject: 'Re: Field guide',
      text: 'I read the pages on lichen.',
    }),
    item(FERRY, HARBOR, NOW - 20 * HOUR, {
      state: 'delivered',
      deliveredAt: NOW - 19 * HOUR,
      subject: 'Crew for the crossing',
      text: 'Three of us.',
    }),
    item(FERRY, ALICE, NOW - 2 * HOUR, {
      state: 'failed',
      subject: 'The packing list',
      text: 'And here is the packing list you asked for.',
      reason: { code: 'inbox-full', context: {} },
    }),
    item(FERRY, NAMELESS, NOW - 3 * HOUR, {
      state: 'failed',
      text: 'Is berth 15 free too?',
      reason: { code: 'recipient-refused', context: {} },
    }),
  ];
}
