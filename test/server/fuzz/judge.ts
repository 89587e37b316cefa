import type { Memory } from './memory.ts';
import type { Report } from './storm.ts';

/** Less than what one small object and a reference to it take: who keeps one for each request is seen. */
const BYTES_A_REQUEST = 32;
/** What two measurements of the same server can differ by. */
const HEAP_NOISE = 2 * 2 ** 20;
/** The allocator gives little back, and SQLite's cache fills with the pages of a growing database. */
const PROCESS_NOISE = 96 * 2 ** 20;
/** Windows at each end whose median counts. */
const ENDS = 3;

/**
 * What is wrong with a run, if anything.
 *
 * Memory grows where the median of the last three windows is above that of the first three: the heap, after a forced
 * collection, by more than 32 bytes a request in between (and 2 MB, where these are few), or the whole process by more
 * than 96 MB. What the server remembers by design is full before the first window.
 */
export function judge({ flaws, memory, requests }: Report): string[] {
  const between = (requests * (memory.length - ENDS)) / (memory.length - 1);
  const heap = growth(memory, (at) => at.heap);
  const process = growth(memory, (at) => at.rss);
  const heapGrows = heap > Math.max(HEAP_NOISE, BYTES_A_REQUEST * between);
  return [
    ...flaws,
    ...(heapGrows ? [`the heap grew by ${heap} bytes in ${Math.round(between)} requests`] : []),
    ...(process > PROCESS_NOISE ? [`the process grew by ${process} bytes`] : []),
  ];
}

function growth(memory: readonly Memory[], of: (memory: Memory) => number): number {
  const sizes = memory.map(of);
  return median(sizes.slice(-ENDS)) - median(sizes.slice(0, ENDS));
}

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? 0;
}
