import type { Answer, Exchange } from '../http.ts';

/** `GET /healthz`: the process answers. docs/protocol.md#6 */
export function health(): Answer {
  return { status: 200, body: { status: 'ok' } };
}

/** `GET /readyz`: the store takes and gives, and the server is not about to stop. docs/protocol.md#6 */
export async function ready({ context }: Exchange): Promise<Answer> {
  await context.ready();
  return { status: 200, body: { status: 'ready' } };
}
