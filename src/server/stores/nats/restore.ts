import type { NatsConnection } from '@nats-io/transport-node';
import type { Address } from '../../../protocol/ids.ts';
import type { Clock } from '../../../protocol/ports.ts';
import { ask } from './api.ts';
import { openArchive } from './archive.ts';
import type { NatsBackupOptions } from './backup.ts';
import { connectToNats, pause } from './connection.ts';
import { openLayout, partitionsOf } from './layout.ts';
import type { Kept } from './moment.ts';
import { requireClosed } from './presence.ts';
import { isRestoring, restoringSubject } from './restoring.ts';
import { metaShelf, type Shelf, type Shelves } from './subjects.ts';
import { createCommit, erasing, type Commit, type Write } from './writing.ts';

export interface NatsRestoreOptions extends NatsBackupOptions {
  /** As for a store that is made anew. */
  readonly replicas: number;
  /** Absent: as many as the store had that was backed up. */
  readonly partitions?: number | undefined;
  readonly clock: Clock;
}

/** Writes in one step, of which the engine takes a thousand. */
const AT_ONCE = 250;
/** About: full heads are 400 KB each. */
const BYTES_AT_ONCE = 1_000_000;
const TRIES = 60;
const BETWEEN_TRIES_MS = 500;

/**
 * Makes a store of a backup, under a name that no store has, and with an epoch of its own, so that cursors from what the
 * backup lacks are void. docs/protocol.md#6 One that was cut off begins anew.
 * @throws Error where a store is there, or open, or the backup is none
 */
export async function restoreNats(options: NatsRestoreOptions, file: string): Promise<void> {
  const { place, timer, random, clock, replicas } = options;
  const { prefix } = place;
  const archive = await openArchive(file);
  const nats = await connectToNats(place, timer, options);
  const commit = createCommit(nats, random);
  const write = (writes: readonly Write[]): Promise<void> =>
    insist(
      () => commit(writes),
      (milliseconds) => pause(timer, milliseconds),
    );
  try {
    await requireClosed(nats, prefix);
    await clear(nats, prefix);
    const partitions = options.partitions ?? archive.partitions;
    const layout = { nats, prefix, replicas, partitions, random, timer, restoring: true };
    const { shelves } = await openLayout(layout);
    const now = Math.floor(clock.now() / 1000);
    for await (const writes of grouped(archive.messages, shelves, now)) await write(writes);
    await write([erasing(restoringSubject(prefix))]);
  } finally {
    await nats.close();
  }
}

/** Takes away what an earlier restore left unfinished. @throws Error where there is a store */
async function clear(nats: NatsConnection, prefix: string): Promise<void> {
  const { stream: meta } = metaShelf(prefix);
  let streams = await streamsOf(nats, prefix);
  if (streams.length === 0) return;
  const isUnfinished =
    streams.includes(meta) &&
    ((await partitionsOf(nats, prefix)) === undefined || (await isRestoring(nats, prefix)));
  if (!isUnfinished) {
    throw new Error(
      `the store ${prefix} is there already (${streams.slice(0, 5).join(', ')}, …): say another name in --store, or take its streams away`,
    );
  }
  while (streams.length > 1) {
    for (const stream of streams.filter((name) => name !== meta)) await ask(nats, `STREAM.DELETE.${stream}`);
    streams = await streamsOf(nats, prefix);
  }
  await ask(nats, `STREAM.DELETE.${meta}`); // last: it says that the others are worth nothing
}

/** The first thousand or so. */
async function streamsOf(nats: NatsConnection, prefix: string): Promise<readonly string[]> {
  const names = await ask(nats, 'STREAM.NAMES', { subject: `${prefix}.>` });
  return (Reflect.get(names, 'streams') as readonly string[] | null) ?? [];
}

/** Grouped into steps, in the order of the archive for each subject. */
async function* grouped(
  messages: AsyncIterable<Kept>,
  shelves: Shelves,
  now: number,
): AsyncGenerator<readonly Write[], void, undefined> {
  const waiting = new Map<Shelf, { writes: Write[]; bytes: number }>();
  for await (const kept of messages) {
    const target = targetOf(kept.subject, shelves);
    if (target === undefined) continue;
    const [shelf, subject] = target;
    const group = waiting.get(shelf) ?? { writes: [], bytes: 0 };
    waiting.set(shelf, group);
    group.writes.push(writeOf({ ...kept, subject }, now));
    group.bytes += kept.data.length;
    if (group.writes.length < AT_ONCE && group.bytes < BYTES_AT_ONCE) continue;
    waiting.delete(shelf);
    yield group.writes;
  }
  for (const { writes } of waiting.values()) yield writes;
}

/** What each store has for itself. */
const OWN = new Set(['layout', 'epoch', 'check', 'restoring']);

/** The partition goes by the address, so that there can be more or fewer of them than before. */
function targetOf(archived: string, shelves: Shelves): readonly [Shelf, string] | undefined {
  const [place = '', ...rest] = archived.split('.');
  const [kind = '', ...names] = rest;
  if (OWN.has(kind)) return undefined;
  const address = kind === 'ends' ? names[1] : names[0];
  const shelf = place === 'meta' ? shelves.meta : shelves.of(address as Address);
  return [shelf, `${shelf.root}${rest.join('.')}`];
}

/** What has ended since is written as erased: something older in the archive must not come back in its place. */
function writeOf({ subject, data, time, seconds }: Kept, now: number): Write {
  if (seconds === undefined) return { subject, data };
  const left = time + seconds - now;
  return left < 1 ? erasing(subject) : { subject, data, seconds: left };
}

async function insist(
  take: () => ReturnType<Commit>,
  wait: (milliseconds: number) => Promise<void>,
): Promise<void> {
  for (let left = TRIES; ; left -= 1) {
    const outcome = await take();
    if (outcome.kind === 'taken') return;
    if (left === 1)
      throw new Error('the NATS cluster takes no more of the backup: see to it, and restore again', {
        cause: outcome,
      });
    await wait(BETWEEN_TRIES_MS);
  }
}
