import { Agent, request as httpRequest } from 'node:http';
import type { Request } from './requests.ts';

/** Runs the work of so many numbers, so many at once. @returns how many a second */
export async function pace(
  count: number,
  atOnce: number,
  work: (n: number) => Promise<void>,
): Promise<number> {
  let next = 0;
  const hand = async (): Promise<void> => {
    while (next < count) {
      next += 1;
      await work(next - 1);
    }
  };
  const start = performance.now();
  await Promise.all(Array.from({ length: atOnce }, hand));
  return (count / (performance.now() - start)) * 1000;
}

/** Connections that are kept open. */
export function createClient(atOnce: number) {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce });
  return {
    /** @throws Error for another status */
    send(url: string, { path, method, token, body }: Request, status: number): Promise<void> {
      return new Promise((resolve, reject) => {
        const headers = { authorization: `Bearer ${token}` };
        const outgoing = httpRequest(`${url}${path}`, { agent, method, headers }, (answer) => {
          let text = '';
          answer.on('data', (part: Buffer) => {
            text += part.toString();
          });
          answer.once('end', () => {
            if (answer.statusCode === status) resolve();
            else reject(new Error(`${method} is answered ${answer.statusCode}: ${text}`));
          });
        });
        outgoing.once('error', reject);
        outgoing.end(body);
      });
    },
    close: () => agent.destroy(),
  };
}
