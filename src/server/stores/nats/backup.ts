import type { Random } from '../../../protocol/ports.ts';
import type { Timer } from '../../ports.ts';
import type { NatsAccess } from './access.ts';
import { writeArchive } from './archive.ts';
import { connectToNats } from './connection.ts';
import type { Engine } from './engine.ts';
import { partitionsOf } from './layout.ts';
import { untilMoment, type Kept } from './moment.ts';
import { passAll } from './passing.ts';
import type { NatsPlace } from './place.ts';
import { requireRestored } from './restoring.ts';
import { createSteps } from './steps.ts';
import { checkOf, shelvesOf } from './subjects.ts';
import { createCommit } from './writing.ts';

export interface NatsBackupOptions extends NatsAccess {
  readonly place: NatsPlace;
  readonly random: Random;
  readonly timer: Timer;
}

/**
 * Copies the store to a file while servers write to it: each partition as it was at one moment, and last of all which
 * invites were used.
 * @returns how many messages of the engine it holds
 * @throws Error where there is no store, or the file is there; LetterboxError `unavailable`
 */
export async function backUpNats(options: NatsBackupOptions, file: string): Promise<number> {
  const { place, random, timer } = options;
  const { prefix } = place;
  const nats = await connectToNats(place, timer, options);
  try {
    const partitions = await partitionsOf(nats, prefix);
    if (partitions === undefined) throw new Error(`there is no store ${prefix} on this NATS`);
    await requireRestored(nats, prefix);
    const steps = createSteps(createCommit(nats, random), timer, random);
    const messages = messagesOf({ nats, steps, shelves: shelvesOf(prefix, partitions) }, prefix);
    return await writeArchive(file, { partitions, messages });
  } finally {
    await nats.close();
  }
}

async function* messagesOf(
  { nats, steps, shelves }: Pick<Engine, 'nats' | 'steps' | 'shelves'>,
  prefix: string,
): AsyncGenerator<Kept, void, undefined> {
  for (const shelf of [...shelves.partitions, shelves.meta]) {
    const writes = [{ subject: checkOf(shelf), data: 'backed up' }];
    const fence = () => steps.take(() => Promise.resolve({ writes, result: (sequence: number) => sequence }));
    for await (const kept of untilMoment(passAll(nats, shelf), fence))
      yield { ...kept, subject: kept.subject.slice(prefix.length + 1) };
  }
}
