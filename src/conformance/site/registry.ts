import type { ServerResponse } from 'node:http';
import type { Name } from '../../protocol/ids.ts';

/** What a registry says of a name: its owner's address and its zonefile. */
export interface Registration {
  readonly address: string;
  readonly zonefile: string;
}

/** Names, as the server under test asks for them: `GET /v1/names/<name>`. docs/protocol.md#1 */
export interface Registry {
  register(name: Name, registration: Registration): void;
  asked(name: Name): number;
  /** @param path with a leading slash */
  readonly serve: (path: string, response: ServerResponse) => void;
}

export function createRegistry(): Registry {
  const names = new Map<string, Registration>();
  const asked = new Map<string, number>();
  return {
    register: (name, registration) => void names.set(name, registration),
    asked: (name) => asked.get(name) ?? 0,
    serve(path, response) {
      const [, name = ''] = /^\/v1\/names\/([^/]+)$/.exec(decodeURIComponent(path)) ?? [];
      asked.set(name, (asked.get(name) ?? 0) + 1);
      const found = names.get(name);
      const body = found ?? { error: 'not found' };
      response.writeHead(found === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ ...body, blockchain: 'stacks', status: 'registered' }));
    },
  };
}
