import type { Area } from './frame/area.ts';
import { openNats } from './server/nats.ts';

/** The server's store on NATS, with one and three processes. */
export const area: Area = { rounds: 7, warmUps: 1, open: openNats };
