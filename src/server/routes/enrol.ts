import { isLetterboxError, LetterboxError } from '../../protocol/errors.ts';
import { openRecord, type VerifiedRecord } from '../../protocol/record.ts';
import { LIMITS } from '../../protocol/server-api.ts';
import { authenticate, requireSameApp } from '../caller.ts';
import { nowOf } from '../context.ts';
import { NO_CONTENT, type Answer, type InboxExchange } from '../http.ts';
import { listsServer, storedRecord } from '../recipient.ts';
import type { Admission } from '../stores/store.ts';

/** `PUT /v1/inboxes/{address}`: the body is the record file, which certifies itself. docs/protocol.md#5 */
export async function enrol(exchange: InboxExchange): Promise<Answer> {
  const { context, address } = exchange;
  const body = await exchange.asked.body(LIMITS.enrolBytes);
  const caller = authenticate(exchange, ['enrol'], body);
  const record = readRecord(exchange, body);
  if (record.address !== address) throw new LetterboxError('token-address', {});
  requireSameApp(caller, record);
  if (!listsServer(record, context.origin)) throw unusable('record.servers', 'without this server');
  context.rates.enrolment(exchange.asked.network);
  const admission = await groundsOf(exchange);
  await context.store.enrol(storedRecord(record), caller.iat, nowOf(context), admission);
  return NO_CONTENT;
}

/** An inbox that is there needs none to be renewed: what keeps them from being told stops new ones only. */
async function groundsOf({ context, asked, address }: InboxExchange): Promise<Admission> {
  try {
    return await context.admissions.grounds(address, asked.header('letterbox-invite'));
  } catch (error) {
    if ((await context.store.inbox(address)) === undefined) throw error;
    context.log.failed(error);
    return 'none';
  }
}

function readRecord({ context }: InboxExchange, body: Uint8Array): VerifiedRecord {
  try {
    return openRecord(body, { ...context, now: nowOf(context) });
  } catch (error) {
    if (!isLetterboxError(error)) throw error;
    throw unusable('record', error.code, error);
  }
}

function unusable(what: string, problem: string, cause?: unknown): LetterboxError<'malformed'> {
  return new LetterboxError('malformed', { what, problem }, { cause });
}
