import { LetterboxError } from '../../protocol/errors.ts';
import { LIMITS, type Cursor } from '../../protocol/server-api.ts';
import { authenticateOwner } from '../caller.ts';
import { nowOf } from '../context.ts';
import type { Answer, InboxExchange } from '../http.ts';
import type { ListQuery } from '../stores/store.ts';

/** `GET /v1/inboxes/{address}/messages?after=&limit=&unread=`: in the order of arrival. docs/protocol.md#6 */
export async function list(exchange: InboxExchange): Promise<Answer> {
  const query = parseQuery(new URLSearchParams(exchange.search));
  const { inbox } = await authenticateOwner(exchange, ['read']);
  const { context } = exchange;
  return { status: 200, body: await context.store.list(inbox.address, query, nowOf(context)) };
}

function parseQuery(query: URLSearchParams): ListQuery {
  const after = query.get('after');
  const limit = query.get('limit') ?? String(LIMITS.pageItemsDefault);
  const unread = query.get('unread') ?? '0';
  if (!/^[1-9]\d{0,2}$/.test(limit) || Number(limit) > LIMITS.pageItems) {
    throw new LetterboxError('malformed', { what: 'query.limit', problem: `not 1 to ${LIMITS.pageItems}` });
  }
  if (unread !== '0' && unread !== '1')
    throw new LetterboxError('malformed', { what: 'query.unread', problem: 'not 1' });
  return {
    limit: Number(limit),
    unreadOnly: unread === '1',
    ...(after === null ? {} : { after: after as Cursor }), // of any form: the store says which it cannot read
  };
}
