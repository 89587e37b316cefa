import { LetterboxError } from '../protocol/errors.ts';
import type { ServerEntry } from '../protocol/record.ts';
import type { Transport } from '../protocol/transport.ts';
import type { Ports } from './ports.ts';

/** @throws LetterboxError `recipient-has-no-server` for a type that this agent has no transport for */
export function transportFor({ transports }: Pick<Ports, 'transports'>, entry: ServerEntry): Transport {
  const transport = transports.find(({ type }) => type === entry.type);
  if (transport === undefined) throw new LetterboxError('recipient-has-no-server', { to: entry.type });
  return transport;
}
