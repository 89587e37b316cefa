import { BodyError } from './body.ts';
import { challengeText } from './hub/hub-auth.ts';
import { HubError } from './hub/hub-error.ts';
import { routeHub } from './hub/hub-routes.ts';
import type { HubContext } from './hub/hub-routes.ts';
import { diskStorage } from './hub/hub-storage.ts';
import { json, listenOnLoopback, withHeaders } from './loopback.ts';
import type { Handler, LoopbackServer } from './loopback.ts';

export interface HubOptions {
  /** Where the files are kept; made if it is not there. */
  dataDir: string;
  /** 0 or absent: any free port. */
  port?: number;
  /** 20 unless given. */
  maxMegabytes?: number;
  /** Refuse tokens that do not say which hub they are for. Off unless given, as hubs ship. */
  requireHubUrl?: boolean;
  /** Unix milliseconds; the machine's clock unless given. */
  now?: () => number;
}

/** A running hub: `origin` is the hub URL of sessions, `readPrefix` what bucket URLs start with. */
export interface Hub extends LoopbackServer {
  readonly readPrefix: string;
}

const SERVER_NAME = 'letterbox-devnet';

/**
 * A Gaia hub on loopback, with the status codes, bodies and token checks of the ones that are deployed.
 *
 * 401 token, 403 path, 404 nothing to delete, 409 concurrent write of one path, 412 If-Match or If-None-Match,
 * 413 too large; every refusal is `{message, error}`.
 */
export async function startHub(options: HubOptions): Promise<Hub> {
  const now = options.now ?? Date.now;
  const server = await listenOnLoopback(options.port ?? 0, (origin) =>
    hubHandler({
      origin,
      readPrefix: readPrefix(origin),
      challenge: challengeText(SERVER_NAME),
      storage: diskStorage(options.dataDir, now),
      busy: new Set(),
      maxMegabytes: options.maxMegabytes ?? 20,
      requireHubUrl: options.requireHubUrl ?? false,
      now,
    }),
  );
  return { ...server, readPrefix: readPrefix(server.origin) };
}

const OPEN_TO_ALL = { 'Access-Control-Allow-Origin': '*', 'Access-Control-Expose-Headers': 'ETag' };

function hubHandler(hub: HubContext): Handler {
  return async (request) => {
    try {
      return withHeaders(await routeHub(hub, request), OPEN_TO_ALL);
    } catch (error) {
      const refusal = error instanceof BodyError ? bodyRefusal(error) : error;
      if (refusal instanceof HubError) return withHeaders(json(refusal.status, refusal), OPEN_TO_ALL);
      throw error;
    }
  };
}

function bodyRefusal({ status, message }: BodyError): HubError {
  return new HubError(status === 413 ? 'PayloadTooLargeError' : 'InvalidInputError', message);
}

function readPrefix(origin: string): string {
  return `${origin}/reader/`;
}
