import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fromUtf8, utf8 } from '../../../../src/protocol/bytes.ts';
import { untilMoment, type Passed } from '../../../../src/server/stores/nats/moment.ts';
import { createRandom } from '../../faults/random.ts';

const SUBJECTS = 20;

/** A stream that keeps the newest message of each subject, as the engine does, and who writes to it meanwhile. */
function createStream(next: () => number) {
  const log: { subject: string; endsStep: boolean }[] = [];
  const newest = new Map<string, number>();

  function write(subjects: readonly string[]): number {
    for (const [index, subject] of subjects.entries()) {
      log.push({ subject, endsStep: index === subjects.length - 1 });
      newest.set(subject, log.length);
    }
    return log.length;
  }

  const others = (): void => {
    for (let steps = next() % 4; steps > 0; steps -= 1)
      write(Array.from({ length: 1 + (next() % 3) }, () => `subject ${next() % SUBJECTS}`));
  };

  async function* passing(): AsyncGenerator<Passed> {
    for (let sequence = 1; ; sequence += 1) {
      if (next() % 10 === 0) others();
      while (sequence > log.length) others();
      const message = log[sequence - 1];
      if (message === undefined || newest.get(message.subject) !== sequence) continue; // replaced: read no more
      const data = utf8(String(sequence));
      // what a node says of it can be behind
      yield {
        ...message,
        data,
        sequence,
        time: 0,
        pending: Math.max(0, log.length - sequence - (next() % 3)),
      };
    }
  }

  return {
    write,
    passing,
    fence: () => {
      others();
      const sequence = write(['fence']);
      others();
      return Promise.resolve(sequence);
    },
    /** The newest of each subject, as of a moment. */
    at: (moment: number) => new Map(log.slice(0, moment).map(({ subject }, index) => [subject, index + 1])),
    isBetweenSteps: (moment: number) => log[moment - 1]?.endsStep === true,
  };
}

test('what is read is the stream of one moment, between two steps, whatever others write meanwhile', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat(), async (seed) => {
      const random = createRandom(seed);
      const stream = createStream(() => random.below(1000));
      for (let step = 0; step < 3 * SUBJECTS; step += 1) stream.write([`subject ${step % SUBJECTS}`]);
      const read = new Map<string, number>();
      let moment = 0;
      for await (const { subject, data } of untilMoment(stream.passing(), stream.fence)) {
        moment = Number(fromUtf8(data, 'data'));
        read.set(subject, moment);
      }
      expect(stream.isBetweenSteps(moment)).toBe(true);
      expect(read).toEqual(stream.at(moment));
    }),
    { numRuns: 500 },
  );
});
