import type { Answer, Exchange } from '../http.ts';
import { describeApi } from '../openapi/document.ts';

/** `GET /v1/openapi.json`: this API for machines. */
export function openapi({ context }: Exchange): Answer {
  return { status: 200, body: describeApi(context.origin) };
}
