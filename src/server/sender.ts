import { LetterboxError } from '../protocol/errors.ts';
import type { Name } from '../protocol/ids.ts';
import type { VerifiedRecord } from '../protocol/record.ts';
import type { VerifiedRequest } from '../protocol/tokens.ts';
import type { ServerContext } from './context.ts';
import { unlessAnswered } from './looked-up.ts';
import type { Permit } from './ports.ts';

const AGE_SECONDS = 600;
/** What speaks against the sender is a negative answer: it is kept for a minute, then asked for again. */
const NEGATIVE_AGE_SECONDS = 60;

/**
 * The record at the well-known place in the sender's bucket names the same key and app. docs/protocol.md#5
 * @returns the record, whose name is still to be held against the one claimed (`verifyName`)
 * @throws LetterboxError `sender-unverified`; `unavailable`, `lookup-busy` where the hub gives no answer
 */
export async function verifySender(
  context: ServerContext,
  sender: VerifiedRequest,
  permit: Permit,
): Promise<VerifiedRecord> {
  const read = (maxAge: number): Promise<VerifiedRecord> =>
    context.lookup.record(sender.bucket, maxAge, permit).catch(failed);
  const cached = await read(AGE_SECONDS);
  const agrees = isBy(cached, sender) && (sender.name === undefined || cached.name === sender.name);
  const record = agrees ? cached : await read(NEGATIVE_AGE_SECONDS);
  if (!isBy(record, sender)) throw unverified();
  return record;
}

/**
 * A claimed name leads to the sender's bucket, and the record there names it back. docs/protocol.md#1
 * @throws LetterboxError as `verifySender`
 */
export async function verifyName(
  context: ServerContext,
  record: VerifiedRecord,
  name: Name,
  permit: Permit,
): Promise<void> {
  const leadsBack = async (maxAge: number): Promise<boolean> =>
    (await context.lookup.bucketOfName(name, record.app, maxAge, permit).catch(failed)) === record.bucket;
  if (record.name !== name) throw unverified();
  if (!(await leadsBack(AGE_SECONDS)) && !(await leadsBack(NEGATIVE_AGE_SECONDS))) throw unverified();
}

function isBy(record: VerifiedRecord, sender: VerifiedRequest): boolean {
  return record.publicKey === sender.publicKey && record.app === sender.app;
}

const failed = unlessAnswered(unverified);

function unverified(cause?: unknown): LetterboxError<'sender-unverified'> {
  return new LetterboxError('sender-unverified', {}, { cause });
}
