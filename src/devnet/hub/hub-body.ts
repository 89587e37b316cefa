import type { IncomingMessage } from 'node:http';
import { HubError } from './hub-error.ts';

/**
 * Reads a request's body. What announces itself as too large is refused before a byte of it is read.
 * @throws HubError PayloadTooLargeError (413)
 */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const announced = Number(request.headers['content-length'] ?? 0);
  if (announced > limit) throw tooLarge(limit);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Reads a small JSON object; an empty body is an empty object. */
export async function readJson(request: IncomingMessage, limit: number): Promise<Record<string, unknown>> {
  const body = (await readBody(request, limit)).toString();
  if (body === '') return {};
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>;
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
  }
  throw new HubError('InvalidInputError', 'The body is not a JSON object');
}

function tooLarge(limit: number): HubError {
  return new HubError('PayloadTooLargeError', `At most ${String(limit)} bytes are taken`);
}
