import { LetterboxError } from './errors.ts';
import { parseAddress, type Address } from './ids.ts';
import { asString, parseJsonObject } from './json.ts';
import { parseProblem, type Problem } from './problem.ts';
import { parseCursor, type Cursor } from './server-api.ts';

/** The message server's WebSocket, /v1/events: hints that there is mail. docs/protocol.md#6 */

/** What an agent says on the socket. */
export type EventRequest = { readonly type: 'subscribe'; readonly token: string };

/** What a server says on the socket. Hints carry no content; the pull is the truth. */
export type ServerEvent =
  | { readonly type: 'hint'; readonly address: Address; readonly cursor: Cursor }
  | { readonly type: 'expired'; readonly address: Address }
  | { readonly type: 'refused'; readonly address?: Address; readonly problem: Problem }
  | { readonly type: 'subscribed'; readonly address: Address }
  | { readonly type: 'heartbeat' };

export function parseEventRequest(text: string): EventRequest {
  const value = parseJsonObject(text, 'event');
  if (value['type'] !== 'subscribe') {
    throw new LetterboxError('malformed', { what: 'event.type', problem: 'not subscribe' });
  }
  return { type: 'subscribe', token: asString(value['token'], 'event.token', 4096) };
}

/** @returns undefined for an event of a type from the future. */
export function parseServerEvent(text: string): ServerEvent | undefined {
  const value = parseJsonObject(text, 'event');
  const address = (): Address => parseAddress(value['address'], 'event.address');
  switch (value['type']) {
    case 'hint':
      return { type: 'hint', address: address(), cursor: parseCursor(value['cursor'], 'event.cursor') };
    case 'expired':
    case 'subscribed':
      return { type: value['type'], address: address() };
    case 'refused': {
      const whose = value['address'] === undefined ? {} : { address: address() };
      return { type: 'refused', ...whose, problem: parseProblem(value['problem']) };
    }
    case 'heartbeat':
      return { type: 'heartbeat' };
    default:
      return undefined;
  }
}
