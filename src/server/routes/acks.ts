import { LIMITS, parseItemsBody } from '../../protocol/server-api.ts';
import { authenticateOwner } from '../caller.ts';
import { NO_CONTENT, type Answer, type InboxExchange } from '../http.ts';

/** `POST /v1/inboxes/{address}/acks`: read by the person, on any device; still listed. docs/protocol.md#6 */
export async function acks(exchange: InboxExchange): Promise<Answer> {
  const body = await exchange.asked.body(LIMITS.listBytes);
  const items = parseItemsBody(body);
  await authenticateOwner(exchange, ['ack'], body);
  await exchange.context.store.acknowledge(exchange.address, items);
  return NO_CONTENT;
}
