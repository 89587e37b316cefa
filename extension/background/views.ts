import type { OwnerApi } from '../../src/agent/owner-api.ts';
import { answerOwner } from '../../src/agent/owner-request.ts';
import { OWNER } from '../../src/agent/owner-wire.ts';
import { ERASE, type EraseAnswer } from '../platform/erase-wire.ts';
import type { OriginRegistry } from '../platform/origin-registry.ts';
import { parseOriginsRequest, toOriginsAnswer } from '../platform/origins-request.ts';
import { ORIGINS } from '../platform/origins-wire.ts';
import { isOwnView, type Own } from './sender.ts';

export interface ViewsParts {
  readonly own: Own;
  readonly origins: OriginRegistry;
  readonly owner: () => Promise<OwnerApi>;
  readonly erase: () => Promise<EraseAnswer>;
}

/**
 * Where our own views come in, and nobody else: the owner API, the sites where Letterbox is on, and the
 * end of everything.
 * @returns what answers a runtime message; undefined for one that is not a view's
 */
export function createViews(
  parts: ViewsParts,
): (message: unknown, sender: unknown) => Promise<unknown> | undefined {
  return (message, sender) => {
    if (!isOwnView(sender, parts.own) || typeof message !== 'object' || message === null) return undefined;
    const { to } = message as { to?: unknown };
    if (to === OWNER) return parts.owner().then((owner) => answerOwner(owner, message));
    if (to === ERASE) return parts.erase();
    if (to === ORIGINS) return toOriginsAnswer(() => answerOrigins(parts.origins, message));
    return undefined;
  };
}

async function answerOrigins(origins: OriginRegistry, message: object) {
  const request = parseOriginsRequest(message);
  if (request.method === 'enable') await origins.enable(request.origin);
  if (request.method === 'disable') await origins.disable(request.origin);
  if (request.method === 'enableEverywhere') await origins.enableEverywhere();
  if (request.method === 'disableEverywhere') await origins.disableEverywhere();
  return origins.sites();
}
