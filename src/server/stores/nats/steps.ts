import { isLetterboxError } from '../../../protocol/errors.ts';
import type { Random } from '../../../protocol/ports.ts';
import type { Timer } from '../../ports.ts';
import { unavailable } from './api.ts';
import type { Source } from './reading.ts';
import type { Commit, Outcome, Write } from './writing.ts';

/** What is to be written, and what the caller is then told. */
export interface Plan<Result> {
  /** In order; nothing where nothing changes. */
  readonly writes: readonly Write[];
  /** @param seq of the last write; 0 where there was none */
  readonly result: (seq: number) => Result;
}

/** How a plan may find out what is there. */
export interface View {
  readonly source: Source;
  /** A write of this step may have been taken already: nobody knows. */
  readonly uncertain: boolean;
}

/** Runs steps that read, decide and write, each as if nothing else went on. */
export interface Steps {
  /** @throws what `decide` throws by what the leader has; LetterboxError `unavailable` */
  take<Result>(decide: (view: View) => Promise<Plan<Result>>): Promise<Result>;
  /** A read, again where nobody answers. @throws as `read` */
  patiently<Result>(read: () => Promise<Result>): Promise<Result>;
}

/** Of other writers to the same inbox in other processes. */
const MAX_BEATEN = 40;
const MAX_FAILED = 3;
const LONGEST_WAIT_MS = 200;
/** Where something failed, waits are longer from the start than where somebody else was faster. */
const FAILED_ROUNDS = 3;

/**
 * ```
 *  decide by what is near ──► write ──taken──► done
 *    │ nothing to write, or no      │ beaten, or nobody knows
 *    ▼                              ▼
 *  decide by what the leader has ──► write ──► … at most MAX_BEATEN times
 *    └─► nothing to write, or no: done
 * ```
 * Whatever a write is based on, the engine takes it only where that is still so. A refusal has no such check, so it
 * counts only by what the leader has.
 */
export function createSteps(commit: Commit, timer: Timer, random: Random): Steps {
  const wait = (round: number): Promise<void> => {
    const longest = Math.min(LONGEST_WAIT_MS, 4 * 2 ** round);
    return new Promise((resolve) => {
      timer.after((longest * (1 + (random.bytes(1)[0] ?? 0) / 255)) / 2, resolve);
    });
  };

  async function patiently<Result>(read: () => Promise<Result>): Promise<Result> {
    for (let failed = 1; ; failed += 1) {
      try {
        return await read();
      } catch (error) {
        if (!isLetterboxError(error, 'unavailable') || failed === MAX_FAILED) throw error;
      }
      await wait(failed + FAILED_ROUNDS);
    }
  }

  return {
    patiently,

    async take(decide) {
      const near = await nearby(() => decide({ source: 'any', uncertain: false }));
      let plan = near?.writes.length === 0 ? undefined : near;
      const lost = { beaten: 0, failed: 0, uncertain: false };
      for (;;) {
        if (plan !== undefined) {
          const outcome = await commit(plan.writes);
          if (outcome.kind === 'taken') return plan.result(outcome.seq);
          await wait(count(lost, outcome));
        }
        const view = { source: 'leader', uncertain: lost.uncertain } as const;
        plan = await patiently(() => decide(view));
        if (plan.writes.length === 0) return plan.result(0);
      }
    },
  };
}

/** @returns how often that was by now, for the wait. @throws LetterboxError `unavailable` where it was too often */
function count(
  lost: { beaten: number; failed: number; uncertain: boolean },
  outcome: Exclude<Outcome, { readonly kind: 'taken' }>,
): number {
  if (outcome.kind === 'beaten') {
    lost.beaten += 1;
    if (lost.beaten > MAX_BEATEN) throw unavailable(new Error('others keep writing to the same inbox'));
    return lost.beaten;
  }
  lost.failed += 1;
  lost.uncertain ||= outcome.kind === 'unknown';
  if (lost.failed === MAX_FAILED) throw unavailable(outcome.error);
  return lost.failed + FAILED_ROUNDS;
}

/** Undefined where it comes to no plan: what the leader has decides. */
async function nearby<Result>(decide: () => Promise<Plan<Result>>): Promise<Plan<Result> | undefined> {
  try {
    return await decide();
  } catch (error) {
    if (isLetterboxError(error)) return undefined;
    throw error;
  }
}
