import type { Answer } from '../http.ts';

/** `GET /healthz`: the process answers. docs/protocol.md#6 */
export function health(): Answer {
  return { status: 200, body: { status: 'ok' } };
}
