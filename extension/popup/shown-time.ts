import type { InboxEntry } from '../../src/agent/owner-api.ts';

/** The sender's time, unless it claims to be later than the arrival. Unix seconds. docs/protocol.md#3 */
export function shownTime(entry: InboxEntry): number {
  return Math.min(entry.sentAt, entry.receivedAt);
}
