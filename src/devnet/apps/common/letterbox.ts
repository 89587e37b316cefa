import { ANNOUNCE_EVENT, REQUEST_EVENT } from '../../../protocol/page-api.ts';
import type { LetterboxApi, OutboxState, ProviderDetail } from '../../../protocol/page-api.ts';

/**
 * Tells the page of Letterbox, now or whenever it appears: it announces itself when it is asked,
 * and once more when the person enables it on this site.
 */
export function onLetterbox(found: (letterbox: LetterboxApi) => void): void {
  let known: LetterboxApi | undefined;
  window.addEventListener(ANNOUNCE_EVENT, (event) => {
    const { detail } = event as CustomEvent<ProviderDetail>;
    if (detail.provider === known) return;
    known = detail.provider;
    found(detail.provider);
  });
  window.dispatchEvent(new Event(REQUEST_EVENT));
}

/** A refusal of Letterbox, said to a person. */
export function explain(error: unknown): string {
  const code = codeOf(error);
  const otherwise = error instanceof Error ? error.message : code;
  return EXPLANATIONS[code] ?? `This did not work: ${otherwise}`;
}

export function codeOf(error: unknown): string {
  const code = typeof error === 'object' && error !== null && 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : 'internal';
}

/** Where a sent message is, in words. */
export const STATE_WORDS: Record<OutboxState, string> = {
  queued: 'On its way',
  stored: 'In your storage',
  accepted: 'At their server',
  delivered: 'Delivered',
  failed: 'Not sent',
};

const EXPLANATIONS: Record<string, string> = {
  rejected: 'You did not allow this. Nothing was shared.',
  'not-connected': 'This page is not connected to Letterbox.',
  'not-allowed': 'You have not allowed this page to do that. You can change it in Letterbox.',
  locked: 'Letterbox is locked. Open it and unlock.',
  disconnected: 'Letterbox went away. Reload the page.',
  busy: 'Letterbox is waiting for your answer in its window.',
  'session-missing': 'Letterbox found no session here. Sign out and in again.',
  'session-refused': 'Letterbox does not take this session. Sign out and in again.',
  'address-taken': 'This inbox belongs to another site on this device.',
  'name-not-found': 'No such name is registered.',
  'name-unproven': 'This name could not be proven. Try again later.',
  'name-mismatch': 'This name leads to someone who does not use it.',
  'name-moved': 'This name leads to someone else than before.',
  'app-not-found': 'They have not used this app yet.',
  'record-not-found': 'They have no Letterbox for this app yet.',
  'recipient-unknown': 'Letterbox does not know who this is.',
  'recipient-has-no-server': 'They take no messages in this app at the moment.',
  'recipient-refused': 'Their server refused it and doesn’t say why.',
  'inbox-full': 'Their inbox is full.',
  'too-large': 'This is too long.',
  malformed: 'This is not a name or an address.',
};
