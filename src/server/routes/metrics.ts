import type { Answer, Exchange } from '../http.ts';
import { plainProblem } from '../problem.ts';

/** `GET /metrics`, in the format of Prometheus. docs/protocol.md#6 */
export async function metrics({ context, asked }: Exchange): Promise<Answer> {
  if (context.metrics === undefined) return plainProblem(404, 'not found');
  const text = await context.metrics.text(asked.header('authorization'));
  if (text === undefined) return plainProblem(401, 'unauthorized', { 'www-authenticate': 'Bearer' });
  return { status: 200, text, headers: { 'content-type': context.metrics.contentType } };
}
