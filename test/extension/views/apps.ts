import type { ConnectedApp, Grants, ServerHealth } from '../../../src/agent/owner-api.ts';
import type { Address, Bucket, Name, Origin } from '../../../src/protocol/ids.ts';

/** Tuesday 24 November 2026, 10:45 UTC. */
export const NOW = Date.UTC(2026, 10, 24, 10, 45) / 1000;
export const MINUTE = 60;
export const HOUR = 3600;
export const DAY = 86_400;

export const ME = 'bob.id.blockstack' as Name;

const grants: Grants = {
  read: { since: NOW - 20 * DAY },
  send: { since: NOW - 20 * DAY, until: NOW + 30 * DAY },
};

interface AppSeed {
  readonly host: string;
  readonly inbox: string;
  readonly name: string;
  readonly icon?: string;
}

function connected({ host, inbox, name, icon }: AppSeed): ConnectedApp {
  return {
    inbox: inbox as Address,
    app: `https://${host}` as Origin,
    appName: name,
    ...(icon === undefined ? {} : { icon }),
    bucket: `https://hub.example/hub/${inbox}/` as Bucket,
    hub: 'https://hub.example',
    name: { name: ME, checkedAt: NOW - HOUR },
    connectedAt: NOW - 20 * DAY,
    servers: [server('https://post.orchard.example', 'fine'), server('https://relay.quill.example', 'fine')],
    isStopped: false,
    leaving: [],
    publishedAt: NOW - 5 * MINUTE,
    grants,
    unread: 0,
    state: 'ready',
  };
}

export function server(url: string, state: ServerHealth['state']): ServerHealth {
  return {
    entry: { type: 'letterbox', url: url as Origin },
    state,
    live: state === 'fine',
    lastSync: state === 'failed' ? NOW - 3 * HOUR : NOW - 3 * MINUTE,
    nextSync: state === 'failed' ? NOW + 25 * MINUTE : NOW + 30,
    ...(state === 'failed' ? { problem: { code: 'unreachable', context: { url, problem: 'timeout' } } } : {}),
  };
}

/** App icons as data, as apps hand them over. */
function drawn(ground: string, drawing: string): string {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" fill="${ground}"/>${drawing}</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}

export const ORCHARD = connected({
  host: 'orchard.example',
  inbox: '1Gx9hTmWuUvnLRtBrVUCLxqXQUrYzfvF3a',
  name: 'Orchard',
  icon: drawn(
    '#d9532c',
    '<circle cx="16" cy="18" r="8" fill="#fff"/><path d="M16 10c0-3 2-5 5-5 0 3-2 5-5 5Z" fill="#cfe8c6"/>',
  ),
});
export const QUILL = connected({
  host: 'quill.example',
  inbox: '1Q4mCu8WzEJkqS1Yp5dVxTn2oRb7LgHf6c',
  name: 'Quill',
  icon: drawn(
    '#2d3a66',
    '<path d="M8 24C10 14 15 9 24 8c-1 9-6 14-16 16Zm0 0 9-9" fill="#fff" stroke="#2d3a66" stroke-width="1.5"/>',
  ),
});
const { name: _, ...unnamed } = QUILL;
/** A second account of Quill's, without a name. */
export const QUILL_TOO: ConnectedApp = { ...unnamed, inbox: '1Kc4Lm7Pv2Xd9Rt5Wq8Zs3Bn6Jh1Yfp2Qe' as Address };
export const FERRY = connected({
  host: 'ferry.example',
  inbox: '1FBt9kQ2sVwXz7Rn4uJh3yMd8pLc6g7T2M',
  name: 'Ferry',
  icon: drawn('#2168c9', '<path d="M7 17h18l-3 6H10l-3-6Zm5-2V9h8v6" fill="#fff"/>'),
});
export const LANTERN = connected({
  host: 'lantern.example',
  inbox: '1A6wCb3Nf5Ve9Kq2Lr8Xj4Tz7Ms1PdhY3p',
  name: 'Lantern',
});
