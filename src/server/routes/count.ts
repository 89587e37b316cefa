import { authenticateOwner } from '../caller.ts';
import { nowOf } from '../context.ts';
import type { Answer, InboxExchange } from '../http.ts';

/** `GET /v1/inboxes/{address}/count`, for a `read` or `count` token. docs/protocol.md#6 */
export async function count(exchange: InboxExchange): Promise<Answer> {
  await authenticateOwner(exchange, ['read', 'count']);
  const { context, address } = exchange;
  return { status: 200, body: await context.store.counts(address, nowOf(context)) };
}
