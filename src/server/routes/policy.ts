import { digest } from '../../protocol/bytes.ts';
import { LIMITS, parsePolicyBody } from '../../protocol/server-api.ts';
import { authenticateOwner } from '../caller.ts';
import { NO_CONTENT, type Answer, type InboxExchange } from '../http.ts';

/** `PUT /v1/inboxes/{address}/policy`: whom the owner allows and blocks; ordered by `seq`. docs/protocol.md#6 */
export async function policy(exchange: InboxExchange): Promise<Answer> {
  const body = await exchange.asked.body(LIMITS.listBytes);
  const wanted = parsePolicyBody(body);
  await authenticateOwner(exchange, ['policy'], body);
  await exchange.context.store.setPolicy(exchange.address, wanted, digest(body));
  return NO_CONTENT;
}
