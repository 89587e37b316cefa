import type { NatsConnection } from '@nats-io/transport-node';
import type { Random } from '../../../protocol/ports.ts';
import type { Timer } from '../../ports.ts';
import { createQueues, type Queues } from './queues.ts';
import { find, type Findings, type Source } from './reading.ts';
import { createSteps, type Steps } from './steps.ts';
import type { Shelf, Shelves } from './subjects.ts';
import { createCommit } from './writing.ts';

/** What the parts of the store work with. */
export interface Engine {
  readonly nats: NatsConnection;
  readonly shelves: Shelves;
  readonly random: Random;
  readonly steps: Steps;
  readonly queues: Queues;
  /** Seconds that the engine keeps a message beyond its end, for clocks that differ. */
  readonly grace: number;
  readonly find: (shelf: Shelf, subjects: readonly string[], source: Source) => Promise<Findings>;
  /** By what the leader has, again where nobody answers. */
  readonly read: (shelf: Shelf, ...subjects: string[]) => Promise<Findings>;
}

export interface EngineOptions {
  readonly nats: NatsConnection;
  readonly shelves: Shelves;
  readonly random: Random;
  readonly timer: Timer;
  readonly grace: number;
}

export function createEngine({ nats, shelves, random, timer, grace }: EngineOptions): Engine {
  const steps = createSteps(createCommit(nats, random), timer, random);
  return {
    nats,
    shelves,
    random,
    steps,
    queues: createQueues(),
    grace,
    find: (shelf, subjects, source) => find(nats, shelf, subjects, source),
    read: (shelf, ...subjects) => steps.patiently(() => find(nats, shelf, subjects, 'leader')),
  };
}
