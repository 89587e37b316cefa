import { Agent, request } from 'node:http';
import type { Plan } from './signed.ts';

/** What came back of a plan. */
export interface Outcome {
  readonly status: number;
  readonly type: string;
  readonly retryAfter: string | undefined;
  readonly text: string;
}

const agent = new Agent({ keepAlive: true, maxSockets: 64 });

/**
 * A connection that was idle may be closed by the server just as we write to it: then once more, on another.
 * @throws Error where no answer comes
 */
export async function send(url: URL, plan: Plan): Promise<Outcome> {
  try {
    return await attempt(url, plan);
  } catch (error) {
    if (error instanceof IdleClosed) return attempt(url, plan);
    throw error;
  }
}

class IdleClosed extends Error {}

function attempt(url: URL, plan: Plan): Promise<Outcome> {
  const length = plan.body === undefined ? {} : { 'content-length': plan.body.length }; // DELETE has none by itself
  const headers = { ...length, authorization: plan.authorization(Math.floor(Date.now() / 1000)) };
  return new Promise((resolve, reject) => {
    const { hostname, port } = url;
    const outgoing = request(
      { agent, hostname, port, method: plan.method, path: plan.path, headers },
      (incoming) => {
        let text = '';
        incoming.setEncoding('utf8');
        incoming.on('data', (part: string) => (text += part));
        incoming.once('error', reject);
        incoming.once('end', () => {
          const { 'content-type': type = '', 'retry-after': retryAfter } = incoming.headers;
          resolve({ status: incoming.statusCode ?? 0, type, retryAfter, text });
        });
      },
    );
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      const wasIdle = outgoing.reusedSocket && (error.code === 'ECONNRESET' || error.code === 'EPIPE');
      reject(wasIdle ? new IdleClosed(error.message) : error);
    });
    outgoing.setTimeout(30_000, () => outgoing.destroy(new Error('no answer within 30 s')));
    outgoing.end(plan.body);
  });
}

export function closeConnections(): void {
  agent.destroy();
}

/** What is wrong with an answer; undefined where it is one of docs/protocol.md#6. */
export function flawOf({ method }: Plan, { status, type, retryAfter, text }: Outcome): string | undefined {
  const told = `${status} ${text.slice(0, 200)}`;
  if (status >= 500 && status !== 503) return told;
  if (status < 400 || method === 'HEAD') return undefined;
  if (type !== 'application/problem+json') return `${told}: no problem`;
  const problem = JSON.parse(text) as { type?: unknown; status?: unknown };
  if (problem.status !== status || typeof problem.type !== 'string') return `${told}: another status`;
  if (status !== 503) return undefined;
  const isLater = ['lookup-busy', 'unavailable'].some(
    (code) => problem.type === `urn:letterbox:problem:${code}`,
  );
  return isLater && retryAfter !== undefined ? undefined : told;
}
