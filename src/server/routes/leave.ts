import { LetterboxError } from '../../protocol/errors.ts';
import { authenticate, requireSameApp } from '../caller.ts';
import { nowOf } from '../context.ts';
import { NO_CONTENT, type Answer, type InboxExchange } from '../http.ts';

/** How long after its token's end a leave is remembered, in seconds. docs/protocol.md#5 */
const REMEMBER_SECONDS = 360;

/** `DELETE /v1/inboxes/{address}`: everything is erased. The one act that must not be repeated. docs/protocol.md#6 */
export async function leave(exchange: InboxExchange): Promise<Answer> {
  const { context, address } = exchange;
  const caller = authenticate(exchange, ['leave']);
  if (caller.jti === undefined) throw new LetterboxError('token-invalid', { problem: 'no jti' });
  const inbox = await context.store.inbox(address);
  if (inbox !== undefined) requireSameApp(caller, inbox); // gone: the store knows whether this leave did it
  context.rates.ownRequest(exchange.asked.network, address);
  const departure = { jti: caller.jti, issued: caller.iat, forget: caller.exp + REMEMBER_SECONDS };
  await context.store.leave(address, departure, nowOf(context));
  return NO_CONTENT;
}
