import { LetterboxError } from '../protocol/errors.ts';
import type { Address } from '../protocol/ids.ts';
import type { ServerContext } from './context.ts';

/** A request on its way through a route. */
export interface Exchange {
  readonly context: ServerContext;
  readonly request: Request;
  /** Of its URL: empty, or from the question mark on. */
  readonly search: string;
  /** Where the request came from, as src/server/network.ts networkOf. */
  readonly network: string;
}

/** A request about one inbox. */
export interface InboxExchange extends Exchange {
  readonly address: Address;
}

/** What a route answers: JSON, a text, or nothing. */
export interface Answer {
  readonly status: number;
  readonly body?: object;
  /** Instead of a body; its type is told by the headers. */
  readonly text?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export const NO_CONTENT: Answer = { status: 204 };

/**
 * The body, read no further than the limit.
 * @param limit in bytes
 * @throws LetterboxError `too-large`, `malformed` where it ends early
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
  const announced = request.headers.get('content-length');
  if (announced !== null && !(Number(announced) <= limit)) throw tooLarge(limit);
  try {
    // What announces its length is cut there by HTTP itself, and is read faster whole.
    const body =
      announced === null ? await readStream(request, limit) : new Uint8Array(await request.arrayBuffer());
    if (body.length > limit) throw tooLarge(limit);
    return body;
  } catch (cause) {
    if (cause instanceof LetterboxError) throw cause;
    throw new LetterboxError('malformed', { what: 'body', problem: 'cut short' }, { cause });
  }
}

async function readStream(request: Request, limit: number): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (request.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(limit: number): LetterboxError<'too-large'> {
  return new LetterboxError('too-large', { what: 'body', limit });
}
