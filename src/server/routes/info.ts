import { LIMITS, type ServerInfo } from '../../protocol/server-api.ts';
import { RETENTION_SECONDS } from '../stores/rules.ts';
import type { Answer, Exchange } from '../http.ts';

/** `GET /v1/server`: what this server is and takes. docs/protocol.md#6 */
export function info({ context }: Exchange): Answer {
  const { enrolBytes, messageBytes, listBytes, listItems, pageItems, subscriptions } = LIMITS;
  const rates = Object.fromEntries(
    Object.entries(context.rateLimits).filter(([, perMinute]) => perMinute > 0),
  );
  const body: ServerInfo = {
    versions: [1],
    limits: {
      enrolBytes,
      messageBytes,
      listBytes,
      listItems,
      pageItems,
      subscriptions,
      ...context.limits,
      ...rates,
    },
    retention: RETENTION_SECONDS,
    admission: context.admissions.mode,
    epoch: context.store.epoch,
    ...context.about,
  };
  return { status: 200, body };
}
