import { isLetterboxError, LetterboxError } from '../../protocol/errors.ts';
import { LIMITS, parseSendBody, type Acceptance, type SendBody } from '../../protocol/server-api.ts';
import type { VerifiedRequest } from '../../protocol/tokens.ts';
import { authenticate } from '../caller.ts';
import { nowOf } from '../context.ts';
import { type Answer, type InboxExchange } from '../http.ts';
import type { Permit } from '../ports.ts';
import { checkPolicy, confirmRecipient, isConfirmed, refused } from '../recipient.ts';
import { verifyName, verifySender } from '../sender.ts';
import { digestOf } from '../stores/digest.ts';
import { RETENTION_SECONDS } from '../stores/rules.ts';
import type { NewDelivery, Recipient } from '../stores/store.ts';

/**
 * `POST /v1/inboxes/{address}/messages`, answered in the order of docs/protocol.md#5: shape, token, signature,
 * enrolment, duplicate, policy, rates, look-ups, the inbox's rate; only then is it stored. 201 says that it is durable.
 * Hardly any is a duplicate: it is looked for where something speaks against the delivery, and otherwise by the store as
 * it accepts.
 */
export async function send(exchange: InboxExchange): Promise<Answer> {
  const body = await exchange.asked.body(LIMITS.messageBytes);
  const delivery = parseSendBody(body);
  const sender = authenticate(exchange, ['send'], body);
  const recipient = requireOpen(await exchange.context.store.recipient(exchange.address, sender.sub), sender);
  try {
    checkPolicy(recipient, sender, nowOf(exchange.context));
    exchange.context.rates.sending(exchange.asked.network, sender.sub);
    await lookUp(exchange, recipient, sender);
    exchange.context.rates.delivery(exchange.address, recipient.standing);
  } catch (refusal) {
    const known = await findDuplicate(exchange, sender, delivery);
    if (known === undefined) throw refusal;
    return answer(200, known);
  }
  const { outcome, ...acceptance } = await exchange.context.store.accept(
    toDelivery(exchange, sender, delivery),
  );
  return answer(outcome === 'stored' ? 201 : 200, acceptance);
}

function requireOpen(recipient: Recipient | undefined, sender: VerifiedRequest): Recipient {
  if (recipient === undefined || recipient.inbox.app !== sender.app) throw refused();
  return recipient;
}

/** @throws LetterboxError `conflict` for the same id with another pointer */
async function findDuplicate(
  { context, address }: InboxExchange,
  { sub: from }: VerifiedRequest,
  { id, pointer }: SendBody,
): Promise<Acceptance | undefined> {
  const known = await context.store.remembered({ to: address, from, id }, nowOf(context));
  if (known !== undefined && known.digest !== digestOf(pointer)) throw new LetterboxError('conflict', {});
  return known;
}

async function lookUp(
  { context, asked: { network } }: InboxExchange,
  { inbox, standing }: Recipient,
  sender: VerifiedRequest,
): Promise<void> {
  const permit: Permit = {
    lookup: () => context.rates.lookup(network, sender.sub),
    fetch: (url) => context.rates.fetch(network, url),
  };
  let confirmed = inbox;
  if (!isConfirmed(inbox, nowOf(context))) {
    confirmed = await confirmRecipient(context, inbox, permit);
    checkPolicy({ inbox: confirmed, standing }, sender, nowOf(context)); // by the newest record
  }
  const record = await verifySender(context, sender, permit);
  if (sender.name === undefined) return;
  try {
    await verifyName(context, record, sender.name, permit);
  } catch (error) {
    const needsName = confirmed.unknown === 'named' && standing === 'unknown';
    if (needsName && isLetterboxError(error, 'sender-unverified')) throw refused(error);
    throw error;
  }
}

function toDelivery(
  { context, address }: InboxExchange,
  { sub: from, bucket, name }: VerifiedRequest,
  { id, pointer }: SendBody,
): NewDelivery {
  const receivedAt = nowOf(context);
  const expires = receivedAt + RETENTION_SECONDS;
  return {
    to: address,
    from,
    id,
    bucket,
    ...(name === undefined ? {} : { name }),
    pointer,
    receivedAt,
    expires,
  };
}

function answer(status: number, { receivedAt, expires }: Acceptance): Answer {
  return { status, body: { receivedAt, expires } };
}
