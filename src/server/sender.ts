import { isLetterboxError, LetterboxError } from '../protocol/errors.ts';
import type { Name } from '../protocol/ids.ts';
import type { VerifiedRecord } from '../protocol/record.ts';
import type { VerifiedRequest } from '../protocol/tokens.ts';
import type { ServerContext } from './context.ts';

const RECORD_AGE_SECONDS = 600;

/**
 * The record at the well-known place in the sender's bucket names the same key and app. docs/protocol.md#5
 * @throws LetterboxError `sender-unverified`; `unavailable`, `lookup-busy` where the hub gives no answer
 */
export async function verifySender(context: ServerContext, sender: VerifiedRequest): Promise<VerifiedRecord> {
  const record = await looked(() => context.lookup.record(sender.bucket, RECORD_AGE_SECONDS));
  if (record.publicKey !== sender.publicKey || record.app !== sender.app) throw unverified();
  return record;
}

/**
 * A claimed name leads to the sender's bucket, and the record there names it back. docs/protocol.md#1
 * @throws LetterboxError as `verifySender`
 */
export async function verifyName(context: ServerContext, record: VerifiedRecord, name: Name): Promise<void> {
  if (record.name !== name) throw unverified();
  const bucket = await looked(() => context.lookup.bucketOfName(name, record.app));
  if (bucket !== record.bucket) throw unverified();
}

/** An answer that speaks against the sender is final; no answer is not. */
async function looked<Result>(lookUp: () => Promise<Result>): Promise<Result> {
  try {
    return await lookUp();
  } catch (error) {
    if (isLetterboxError(error, 'lookup-busy')) throw error;
    if (isLetterboxError(error, 'unreachable')) throw new LetterboxError('unavailable', {});
    if (isLetterboxError(error)) throw unverified(error);
    throw error;
  }
}

function unverified(cause?: unknown): LetterboxError<'sender-unverified'> {
  return new LetterboxError('sender-unverified', {}, { cause });
}
