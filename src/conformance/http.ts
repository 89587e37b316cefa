import { request as requestHttp, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isLetterboxError } from '../protocol/errors.ts';
import { parseJsonObject, type JsonObject } from '../protocol/json.ts';

/** One request to the server under test, byte for byte. */
export interface Call {
  readonly method: string;
  /** From the root, with its query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Uint8Array;
  /** The body, where it is a JSON object. */
  readonly json: JsonObject | undefined;
  /** The problem's code, where the body names one: what follows `urn:letterbox:problem:`. */
  readonly code: string | undefined;
  /** From the question to the whole of the answer. */
  readonly milliseconds: number;
}

const TIMEOUT_MS = 30_000;
const PROBLEM_TYPE = 'urn:letterbox:problem:';

/** @throws Error where there is no answer at all */
export function call(url: string, { method, path, headers = {}, body }: Call): Promise<Answer> {
  const request = url.startsWith('https:') ? requestHttps : requestHttp;
  const length =
    body === undefined && method === 'GET' ? {} : { 'content-length': String(body?.length ?? 0) };
  const started = performance.now();
  return new Promise((resolve, reject) => {
    const outgoing = request(`${url}${path}`, {
      agent: false,
      method,
      headers: { ...length, ...headers },
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    outgoing.on('error', reject);
    outgoing.once('response', (response) => {
      readAnswer(response, started).then(resolve, reject);
    });
    outgoing.end(body);
  });
}

async function readAnswer(response: IncomingMessage, started: number): Promise<Answer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response as AsyncIterable<Buffer>) chunks.push(chunk);
  const bytes = Buffer.concat(chunks);
  const json = readJson(bytes);
  const type = json?.['type'];
  const code =
    typeof type === 'string' && type.startsWith(PROBLEM_TYPE) ? type.slice(PROBLEM_TYPE.length) : undefined;
  const milliseconds = performance.now() - started;
  return { status: response.statusCode ?? 0, headers: response.headers, bytes, json, code, milliseconds };
}

function readJson(bytes: Uint8Array): JsonObject | undefined {
  try {
    return parseJsonObject(bytes, 'answer');
  } catch (error) {
    if (isLetterboxError(error, 'malformed')) return undefined;
    throw error;
  }
}
