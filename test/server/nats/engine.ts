import { connect, type NatsConnection } from '@nats-io/transport-node';
import { afterEach } from 'vitest';
import { ask } from '../../../src/server/stores/nats/api.ts';
import { find } from '../../../src/server/stores/nats/reading.ts';
import { parseNatsUrl } from '../../../src/server/stores/nats/place.ts';

/** The engine below a store, looked at past the store. */
export interface EngineView {
  readonly nats: NatsConnection;
  /** What the first partition's subjects begin with. */
  readonly root: string;
  /** The subjects of the first partition that match, without the root. */
  subjects(pattern: string): Promise<string[]>;
  /** What lies under one of them; nothing where it is not there. */
  last(subject: string): Promise<Uint8Array>;
}

const connections: NatsConnection[] = [];

/** @param url of a store */
export async function viewEngine(url: string): Promise<EngineView> {
  const { servers, prefix } = parseNatsUrl(url);
  const nats = await connect({ servers: [...servers] });
  connections.push(nats);
  const root = `${prefix}.0.`;
  return {
    nats,
    root,
    async subjects(pattern) {
      const info = await ask(nats, `STREAM.INFO.${prefix}_0`, { subjects_filter: `${root}${pattern}` });
      const { subjects = {} } = Reflect.get(info, 'state') as { subjects?: Record<string, number> };
      return Object.keys(subjects)
        .map((subject) => subject.slice(root.length))
        .toSorted();
    },
    async last(subject) {
      const shelf = { stream: `${prefix}_0`, root };
      const found = await find(nats, shelf, [`${root}${subject}`], 'leader');
      return found.get(`${root}${subject}`)?.data ?? new Uint8Array();
    },
  };
}

afterEach(async () => {
  await Promise.all(connections.splice(0).map((nats) => nats.close()));
});
