import type { Area } from './frame/area.ts';
import { growth } from './server/growth.ts';
import { pollVsHttp, sendVsLimit } from './server/limits.ts';
import { sockets } from './server/sockets.ts';
import { openNats } from './server/nats.ts';
import { synapse } from './server/synapse.ts';

/**
 * The message server on one core, judged by the processor's time that it takes; the clock's stands beside it. Each part
 * can be measured by itself: `npm run bench -- server --only send-vs-limit`.
 */
export const areas: Readonly<Record<string, Area>> = {
  'send-vs-limit': sendVsLimit,
  'poll-vs-http': pollVsHttp,
  sockets,
  'send-vs-synapse': synapse,
  growth,
  nats: { rounds: 7, warmUps: 1, open: openNats },
};
