import type { NatsConnection } from '@nats-io/transport-node';
import { find } from './reading.ts';
import { metaShelf } from './subjects.ts';

/** Of a note in a store that a restore has begun and not finished: what is there is not all of it. */
export const restoringSubject = (prefix: string): string => `${metaShelf(prefix).root}restoring`;

export async function isRestoring(nats: NatsConnection, prefix: string): Promise<boolean> {
  const subject = restoringSubject(prefix);
  return (await find(nats, metaShelf(prefix), [subject], 'leader')).get(subject) !== undefined;
}

/** @throws Error, for the operator, where a restore did not come to its end */
export async function requireRestored(nats: NatsConnection, prefix: string): Promise<void> {
  if (!(await isRestoring(nats, prefix))) return;
  throw new Error(
    `the store ${prefix} is restored in part only: let letterbox-server restore finish, or run it again`,
  );
}
