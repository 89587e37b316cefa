import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createAuthority } from './nats/certificates.ts';
import { natsServer } from './nats/server.ts';
import { isThere } from './nats/store.ts';

/** The configuration of a node that docs/operating.md shows is one. */

const OPERATING = readFileSync(join(import.meta.dirname, '../../docs/operating.md'), 'utf8');
const BLOCKS = [...OPERATING.matchAll(/^```\n((?:server_name|tls|cluster)[\s\S]*?)^```/gm)].map(
  ([, block = '']) => block,
);

describe.skipIf(!isThere)('the configuration of a node in docs/operating.md', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'letterbox-configuration-'));
    const authority = createAuthority('of our own');
    const { certificate, key } = authority.issue('n1.example');
    writeFileSync(join(folder, 'node.pem'), certificate);
    writeFileSync(join(folder, 'node.key'), key);
    writeFileSync(join(folder, 'ca.pem'), authority.certificate);
  });

  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  /** What the engine says of it. */
  function check(configuration: string): { status: number | null; said: string } {
    const file = join(folder, 'nats-server.conf');
    writeFileSync(file, configuration.replaceAll('/etc/nats/', `${folder}/`));
    const { status, stderr } = spawnSync(natsServer() as string, ['-t', '--config', file], {
      encoding: 'utf8',
    });
    return { status, said: stderr };
  }

  test('is the whole, and three more blocks for TLS', () => {
    expect(BLOCKS.map((block) => block.split(/[\s:]/)[0])).toEqual(['server_name', 'tls', 'tls', 'cluster']);
  });

  test('is taken by the engine, by itself and with each block for TLS', () => {
    const [node = '', ...more] = BLOCKS;
    expect(check(node)).toMatchObject({ status: 0 });
    for (const block of more) expect(check(`${node}\n${block}`)).toMatchObject({ status: 0 });
    expect(check(`${node}\nclusters {}`)).not.toMatchObject({ status: 0 }); // it reads what it is given
  });
});
