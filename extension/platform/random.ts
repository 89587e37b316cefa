import type { Random } from '../../src/protocol/ports.ts';

export const random: Random = { bytes: (length) => crypto.getRandomValues(new Uint8Array(length)) };
