import type { Act } from '../protocol/tokens.ts';

/** The endpoint of each act, under `/v1/inboxes/{address}`. docs/protocol.md#6 */
export const ENDPOINTS = {
  send: { method: 'POST', path: '/messages' },
  read: { method: 'GET', path: '/messages' },
  count: { method: 'GET', path: '/count' },
  ack: { method: 'POST', path: '/acks' },
  delete: { method: 'POST', path: '/deletions' },
  enrol: { method: 'PUT', path: '' },
  policy: { method: 'PUT', path: '/policy' },
  leave: { method: 'DELETE', path: '' },
} as const satisfies Readonly<Record<Act, { method: string; path: string }>>;
