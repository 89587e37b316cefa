import { isLetterboxError } from '../protocol/errors.ts';
import { allowLoopback } from '../protocol/ids.ts';
import { parseDeliveryPage, type DeliveryPage } from '../protocol/server-api.ts';
import type { Bench } from './bench.ts';
import { expectStatus, Unmet } from './expect.ts';
import type { Person } from './person.ts';

/** Reads a page as an agent does. @param query with its question mark */
export async function readPage(bench: Bench, owner: Person, query = ''): Promise<DeliveryPage> {
  const answer = await bench.act(owner, 'read', { query });
  expectStatus(`read ${query}`, answer, 200);
  try {
    return parseDeliveryPage(answer.bytes, { [allowLoopback]: true });
  } catch (error) {
    if (isLetterboxError(error)) throw new Unmet(`the page cannot be read: ${error.message}`);
    throw error;
  }
}

/** The ids on a page, in its order. */
export function idsOf({ items }: DeliveryPage): string[] {
  return items.map(({ id }) => id);
}
