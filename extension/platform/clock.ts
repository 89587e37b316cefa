import type { Clock } from '../../src/protocol/ports.ts';

export const clock: Clock = { now: () => Date.now() };
