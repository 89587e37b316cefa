import { LIMITS, parseItemsBody } from '../../protocol/server-api.ts';
import { authenticateOwner } from '../caller.ts';
import { NO_CONTENT, type Answer, type InboxExchange } from '../http.ts';

/** `POST /v1/inboxes/{address}/deletions`: removed for all devices. docs/protocol.md#6 */
export async function deletions(exchange: InboxExchange): Promise<Answer> {
  const body = await exchange.asked.body(LIMITS.listBytes);
  const items = parseItemsBody(body);
  await authenticateOwner(exchange, ['delete'], body);
  await exchange.context.store.remove(exchange.address, items);
  return NO_CONTENT;
}
