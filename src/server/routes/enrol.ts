import { isLetterboxError, LetterboxError } from '../../protocol/errors.ts';
import { openRecord, type VerifiedRecord } from '../../protocol/record.ts';
import { LIMITS } from '../../protocol/server-api.ts';
import { authenticate, requireSameApp } from '../caller.ts';
import { nowOf } from '../context.ts';
import { NO_CONTENT, readBody, type Answer, type InboxExchange } from '../http.ts';
import { listsServer, storedRecord } from '../recipient.ts';

/** `PUT /v1/inboxes/{address}`: the body is the record file, which certifies itself. docs/protocol.md#5 */
export async function enrol(exchange: InboxExchange): Promise<Answer> {
  const { context, request, address } = exchange;
  const body = await readBody(request, LIMITS.enrolBytes);
  const caller = authenticate(exchange, ['enrol'], body);
  const record = readRecord(exchange, body);
  if (record.address !== address) throw new LetterboxError('token-address', {});
  requireSameApp(caller, record);
  if (!listsServer(record, context.origin)) throw unusable('record.servers', 'without this server');
  const admission = await context.admissions.grounds(address, request.headers.get('letterbox-invite'));
  context.rates.enrolment(exchange.network);
  await context.store.enrol(storedRecord(record), caller.iat, nowOf(context), admission);
  return NO_CONTENT;
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
