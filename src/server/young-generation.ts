import { PerformanceObserver } from 'node:perf_hooks';
import { getHeapSpaceStatistics, setFlagsFromString } from 'node:v8';

/** V8's own. */
const USUAL_GROWTH = 2;

/**
 * Keeps V8's young generation to so many bytes: it doubles only where that is no more. By itself it takes 130 MB under load,
 * which saves next to nothing: a server lives beside others. (The option for it counts only where Node is started with it, and
 * `npx` starts Node without.)
 */
export function capYoungGeneration(bytes: number): void {
  // What one core does, several only share: with other threads the same collection costs a server more of the machine.
  setFlagsFromString('--no-parallel-scavenge');
  let grows = true;
  const observer = new PerformanceObserver(() => {
    const young = getHeapSpaceStatistics().find(({ space_name: name }) => name === 'new_space');
    const mayGrow = young === undefined || young.space_size * USUAL_GROWTH <= bytes;
    if (mayGrow === grows) return;
    grows = mayGrow; // again after an idle time, in which V8 makes it small
    setFlagsFromString(`--semi-space-growth-factor=${grows ? USUAL_GROWTH : 1}`);
  });
  observer.observe({ entryTypes: ['gc'] });
}
