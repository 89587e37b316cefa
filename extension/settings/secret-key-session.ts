import { withTimeout } from '../../src/gaia/web.ts';
import { parseHubUrl } from '../../src/gaia/hub-info.ts';
import type { Settings } from '../../src/agent/owner-api.ts';
import { allowLoopback, type Origin } from '../../src/protocol/ids.ts';
import { findSession, type DerivedSession } from '../../src/wallet/find-session.ts';
import type { SecretKeyAccount } from '../../src/wallet/secret-key.ts';
import { clock } from '../platform/clock.ts';
import { webFetch } from '../platform/web-fetch.ts';

/** Milliseconds for a whole exchange. */
const DEADLINE = 20_000;

/**
 * The session of an account in an app, from its hub and the registries in the settings. Runs in this page alone: the
 * background gets the key of the one app, and never what it was derived from.
 * @throws LetterboxError what `findSession` does
 */
export function sessionOf(
  account: SecretKeyAccount,
  app: Origin,
  { hub, settings }: { readonly hub: string; readonly settings: Settings },
): Promise<DerivedSession> {
  const places = settings.development ? { [allowLoopback]: true } : {};
  return findSession(account, app, {
    ...places,
    fetch: withTimeout(webFetch, () => AbortSignal.timeout(DEADLINE)),
    clock,
    registries: settings.registries,
    hubUrl: parseHubUrl(hub, places),
  });
}
