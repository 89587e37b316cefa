import type { IncomingMessage } from 'node:http';

/** Why a request's body was not taken. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
  readonly status: 400 | 413;

  constructor(status: 400 | 413, message: string) {
    super(message);
    this.status = status;
  }
}

/**
 * Reads a request's body. What announces itself as too large is refused before a byte of it is read.
 * @param limit in bytes
 * @throws BodyError 413
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

/**
 * Reads a small JSON object; an empty body is an empty object.
 * @throws BodyError 400, 413
 */
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
  throw new BodyError(400, 'The body is not a JSON object');
}

function tooLarge(limit: number): BodyError {
  return new BodyError(413, `At most ${String(limit)} bytes are taken`);
}
