import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The nats-server that the set-up found or fetched, or else one on the PATH; undefined where there is none. */
export function natsServer(): string | undefined {
  const named = process.env['NATS_SERVER'];
  if (named !== undefined && named !== '') return named;
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'nats-server'))
    .find((file) => existsSync(file));
}
