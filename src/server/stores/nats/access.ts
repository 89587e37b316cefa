import { readFileSync } from 'node:fs';

/** The files by which a server and a cluster know each other. Each is read anew for every connection. */
export interface NatsAccess {
  /** Who the server is: a .creds file. */
  readonly credentials?: string | undefined;
  /** Whose certificates it believes: PEM. Absent: those of the authorities that Node knows. */
  readonly ca?: string | undefined;
  /** By what it shows itself to nodes that want a certificate: PEM. Both, or neither. */
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
}

/** @throws Error that names the option */
export function readNamed(option: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new Error(`${option}: ${file} cannot be read: ${(cause as Error).message}`, { cause });
  }
}
