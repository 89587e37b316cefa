import type { Stage } from './stage.ts';

/** Of the bytes that pass, one piece in so many is cut. */
const ONE_OF = 4;
/** In each direction. */
const BODIES = 10;

/** In the middle of requests and of answers, until enough bodies were. */
export async function cutSockets({ gate, ledger }: Stage): Promise<void> {
  const { request, answer } = gate.cuts;
  gate.cutOneOf(ONE_OF);
  await ledger.until(
    'bodies cut in both directions',
    () => gate.cuts.request >= request + BODIES && gate.cuts.answer >= answer + BODIES,
  );
  gate.cutOneOf(0);
}
