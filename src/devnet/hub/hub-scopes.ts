import { HubError } from './hub-error.ts';

/** What a scoped token may touch, by exact path or by prefix. */
export interface Scopes {
  write: Limit;
  remove: Limit;
  /** Archival: what is written or deleted keeps its earlier versions. */
  archive: Limit;
}

export interface Limit {
  paths: string[];
  prefixes: string[];
}

const MAX_SCOPES = 8;

/**
 * The `scopes` claim of a hub token.
 * @throws HubError ValidationError (401) for more than eight entries or a scope that hubs do not know
 */
export function parseScopes(claim: unknown): Scopes {
  const scopes: Scopes = { write: limit(), remove: limit(), archive: limit() };
  if (claim === undefined || claim === null) return scopes;
  if (!Array.isArray(claim)) throw new HubError('ValidationError', 'The scopes are not a list');
  if (claim.length > MAX_SCOPES) throw new HubError('ValidationError', 'There are too many scopes');
  for (const entry of claim as unknown[]) add(scopes, entry);
  return scopes;
}

/** True if nothing limits the verb, or the limit covers the path. A scope limits its own verb only. */
export function permits({ paths, prefixes }: Limit, path: string): boolean {
  if (isUnlimited({ paths, prefixes })) return true;
  return paths.includes(path) || prefixes.some((prefix) => path.startsWith(prefix));
}

export function isUnlimited({ paths, prefixes }: Limit): boolean {
  return paths.length === 0 && prefixes.length === 0;
}

function add(scopes: Scopes, entry: unknown): void {
  const { scope, domain } = (typeof entry === 'object' && entry !== null ? entry : {}) as Record<
    string,
    unknown
  >;
  const places: Record<string, string[]> = {
    putFile: scopes.write.paths,
    putFilePrefix: scopes.write.prefixes,
    deleteFile: scopes.remove.paths,
    deleteFilePrefix: scopes.remove.prefixes,
    putFileArchival: scopes.archive.paths,
    putFileArchivalPrefix: scopes.archive.prefixes,
  };
  const place = typeof scope === 'string' && Object.hasOwn(places, scope) ? places[scope] : undefined;
  if (place === undefined) throw new HubError('ValidationError', `Unknown scope ${String(scope)}`);
  place.push(String(domain));
}

function limit(): Limit {
  return { paths: [], prefixes: [] };
}
