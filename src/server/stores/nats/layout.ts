import type { NatsConnection } from '@nats-io/transport-node';
import { toHex } from '../../../protocol/bytes.ts';
import { isLetterboxError } from '../../../protocol/errors.ts';
import type { Random } from '../../../protocol/ports.ts';
import type { Timer } from '../../ports.ts';
import { ask, CODES, JetStreamError } from './api.ts';
import { pause } from './connection.ts';
import { find, parseJson, type Found } from './reading.ts';
import { permissionRefusal } from './refusals.ts';
import { requireRestored, restoringSubject } from './restoring.ts';
import { hintOf, metaShelf, shelvesOf, type Shelf, type Shelves } from './subjects.ts';
import { createCommit } from './writing.ts';

/** How a store is laid out: made once, kept in its meta stream, the same for every process. */
export interface Layout {
  readonly epoch: string;
  readonly shelves: Shelves;
  /** Nodes that keep each message: of the stream that has the fewest, whatever was asked for. */
  readonly copies: number;
}

export interface LayoutOptions {
  readonly nats: NatsConnection;
  readonly prefix: string;
  /** Copies of everything, on as many nodes. For streams that are yet to be made. */
  readonly replicas: number;
  /** Absent: as many as the store was made with; 1 for a new one. */
  readonly partitions?: number | undefined;
  readonly random: Random;
  readonly timer: Timer;
  /** The store is made by a restore: half of one is none to anybody else. */
  readonly restoring?: boolean;
}

const VERSION = 1;
/** A cluster takes a few seconds to find itself. */
const TRIES = 60;
const BETWEEN_TRIES_MS = 500;

/**
 * Finds the store's streams, or makes them.
 * @throws Error, for the operator, where that cannot be, or the store is another than what is asked for
 */
export async function openLayout(options: LayoutOptions): Promise<Layout> {
  const { nats, prefix, replicas, timer } = options;
  const meta = metaShelf(prefix);
  const ready = (shelf: Shelf, more: object): Promise<number> =>
    readyStream(nats, timer, { ...STREAM, ...more, ...named(shelf), num_replicas: replicas });
  let copies = await ready(meta, {});
  if (options.restoring === true) await keptOr(options, restoringSubject(prefix), () => ({}));
  else await requireRestored(nats, prefix);
  const layout = await keptOr(options, layoutSubject(prefix), () => ({
    version: VERSION,
    partitions: options.partitions ?? 1,
  }));
  const partitions = checked(layout, options);
  const shelves = shelvesOf(prefix, partitions);
  for (const shelf of shelves.partitions)
    copies = Math.min(copies, await ready(shelf, { republish: republished(prefix, shelf) }));
  return { epoch: await epochOf(options), shelves, copies };
}

/** Of the store that is there; undefined where there is none. */
export async function partitionsOf(nats: NatsConnection, prefix: string): Promise<number | undefined> {
  if (!(await isThere(nats, metaShelf(prefix)))) return undefined;
  const found = await findLast(nats, prefix, layoutSubject(prefix));
  return found && (parseJson(found) as { partitions: number }).partitions;
}

/** Gives the store another epoch. Takes effect when a server next opens it. */
export async function renewEpoch(options: Pick<LayoutOptions, 'nats' | 'prefix' | 'random'>): Promise<void> {
  const { nats, prefix, random } = options;
  const subject = epochSubject(prefix);
  if (!(await isThere(nats, metaShelf(prefix)))) throw new Error(`there is no store ${prefix} on this NATS`);
  const outcome = await createCommit(nats, random)([{ subject, data: newEpoch(random) }]);
  if (outcome.kind !== 'taken') throw new Error('the new epoch could not be written: try again');
}

/** One message a subject; what has an end is erased by the engine; several are taken in one step. */
const STREAM = {
  retention: 'limits',
  storage: 'file',
  discard: 'old',
  max_msgs_per_subject: 1,
  allow_msg_ttl: true,
  allow_atomic: true,
  allow_direct: true,
};

const named = ({ stream, root }: Shelf) => ({ name: stream, subjects: [`${root}>`] });

const republished = (prefix: string, { root }: Shelf) => ({
  src: `${root}head.*`,
  dest: hintOf(prefix, '{{wildcard(1)}}'),
  headers_only: true,
});

/** @returns how many copies the stream that is there has */
async function readyStream(
  nats: NatsConnection,
  timer: Timer,
  config: { readonly name: string; readonly num_replicas: number },
): Promise<number> {
  for (let left = TRIES; ; left -= 1) {
    try {
      const info = await made(nats, config);
      if (isSettled(info)) return (Reflect.get(info, 'config') as typeof config).num_replicas;
      if (left === 1)
        throw new Error(`the stream ${config.name} has no leader with a current copy beside it`);
    } catch (error) {
      const transient = isLetterboxError(error, 'unavailable') || error instanceof JetStreamError;
      if (!transient) throw error;
      refuse(error, config.num_replicas, left === 1);
    }
    await pause(timer, BETWEEN_TRIES_MS);
  }
}

/** As it is there, or else as it is made: a stream that an operator changed since stays as it is. */
async function made(nats: NatsConnection, config: { readonly name: string }): Promise<object> {
  const name = config.name;
  if (await isThere(nats, { stream: name })) return ask(nats, `STREAM.INFO.${name}`);
  return ask(nats, `STREAM.CREATE.${name}`, config);
}

async function isThere(nats: NatsConnection, { stream }: Pick<Shelf, 'stream'>): Promise<boolean> {
  try {
    await ask(nats, `STREAM.INFO.${stream}`);
    return true;
  } catch (error) {
    if (error instanceof JetStreamError && error.code === CODES.streamNotFound) return false;
    throw error;
  }
}

/** A leader, and enough copies that are current to take a write: all of them, for a stream that is new. */
function isSettled(info: object): boolean {
  const cluster = Reflect.get(info, 'cluster') as
    | { readonly leader?: string; readonly replicas?: readonly { readonly current: boolean }[] }
    | undefined;
  if (cluster?.replicas === undefined) return cluster === undefined || cluster.leader !== undefined;
  const current = 1 + cluster.replicas.filter((replica) => replica.current).length;
  return cluster.leader !== undefined && current > (cluster.replicas.length + 1) / 2;
}

/** Says what the operator has to change, where waiting does not help. */
function refuse(error: unknown, replicas: number, last: boolean): void {
  const forbidden = permissionRefusal(error);
  if (forbidden !== undefined) throw new Error(forbidden, { cause: error });
  const code = error instanceof JetStreamError ? error.code : 0;
  const advice = `run a cluster of at least ${replicas} nodes, or say --store-replicas 1 and keep one copy only`;
  if (code === CODES.notClustered)
    throw new Error(`this NATS server is no cluster, and ${replicas} copies are asked for: ${advice}`);
  if (code === CODES.notEnabledForAccount)
    throw new Error('the account that --store names has no JetStream: enable it in the NATS configuration');
  if (!last) return;
  if (code === CODES.noPeers)
    throw new Error(`the NATS cluster has no ${replicas} nodes with room for the store: ${advice}`);
  throw new Error(`the NATS cluster does not get ready: ${String(error)}`, { cause: error });
}

function checked(layout: object, { partitions, prefix }: LayoutOptions): number {
  const { version, partitions: kept } = layout as { version: number; partitions: number };
  if (version !== VERSION)
    throw new Error(`the store ${prefix} is of version ${version}, newer than this server`);
  if (partitions !== undefined && partitions !== kept) {
    throw new Error(
      `the store ${prefix} was made with ${kept} partitions, which only backup and restore can change: say --store-partitions ${kept}`,
    );
  }
  return kept;
}

const layoutSubject = (prefix: string): string => `${metaShelf(prefix).root}layout`;
const epochSubject = (prefix: string): string => `${metaShelf(prefix).root}epoch`;
const newEpoch = (random: Random): string => JSON.stringify({ epoch: toHex(random.bytes(8)) });

async function epochOf(options: LayoutOptions): Promise<string> {
  const kept = await keptOr(
    options,
    epochSubject(options.prefix),
    () => JSON.parse(newEpoch(options.random)) as object,
  );
  return (kept as { epoch: string }).epoch;
}

/** What a subject of the meta stream holds; the first process that finds nothing there writes it. */
async function keptOr(
  { nats, prefix, random, timer }: LayoutOptions,
  subject: string,
  make: () => object,
): Promise<object> {
  const commit = createCommit(nats, random);
  for (let left = TRIES; left > 0; left -= 1) {
    const found = await findLast(nats, prefix, subject);
    if (found !== undefined) return parseJson(found);
    const outcome = await commit([{ subject, data: JSON.stringify(make()), expects: 0 }]);
    if (outcome.kind === 'unknown' && permissionRefusal(outcome.error) !== undefined) throw outcome.error;
    if (left < TRIES) await pause(timer, BETWEEN_TRIES_MS);
  }
  throw new Error(`${subject} can be neither read nor written`);
}

async function findLast(nats: NatsConnection, prefix: string, subject: string): Promise<Found | undefined> {
  return (await find(nats, metaShelf(prefix), [subject], 'leader')).get(subject);
}
