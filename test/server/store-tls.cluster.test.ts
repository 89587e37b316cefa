import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAuthority, type Certified } from './nats/certificates.ts';
import { deliver, placesOf, refusal, startNode, startNodes, write } from './nats/secured.ts';
import { isThere } from './nats/store.ts';
import { call, runToEnd, sendBody, settle } from './process.ts';

/** `letterbox-server` with a store on nodes that encrypt what is said. */

describe.skipIf(!isThere)('a store over TLS', () => {
  const authority = createAuthority('of our own');
  const stranger = createAuthority('of somebody else');
  let ca: string[];

  beforeAll(() => {
    ca = ['--store-ca', write('ca.pem', authority.certificate)];
  });

  const startTlsNode = ({ certificate, key }: Certified, more = ''): Promise<string> =>
    startNode(`tls {
      cert_file: "${write('node.pem', certificate)}"
      key_file: "${write('node.key', key)}"
      ${more}
    }`);

  test('a delivery goes through where the authority is said; the commands, too, take it', async () => {
    const store = `tls://${await startTlsNode(authority.issue('127.0.0.1'))}`;
    const server = await deliver(store, ...ca);
    server.child.kill('SIGTERM');
    await server.ended;
    expect(await runToEnd('new-epoch', '--store', store, ...ca)).toMatchObject({ code: 0 });
  });

  test('a certificate of an authority that nobody vouches for is refused, and a connection that is not encrypted', async () => {
    const node = await startTlsNode(authority.issue('127.0.0.1'));
    expect(await refusal(`tls://${node}`)).toContain(
      'the certificate of NATS is not trusted: say --store-ca FILE',
    );
    const other = write('other.pem', stranger.certificate);
    expect(await refusal(`tls://${node}`, '--store-ca', other)).toContain(
      `${other} of --store-ca is not the authority that issued it`,
    );
    expect(await refusal(`nats://${node}`)).toContain('say tls:// instead of nats:// in --store');
  });

  test('a node that has no TLS is not spoken to in the clear', async () => {
    expect(await refusal(`tls://${await startNode('')}`)).toContain('NATS has no TLS: add a tls block');
  });

  test('the certificate is held against the host of --store, be it a name or an address', async () => {
    const byName = await startTlsNode(authority.issue('localhost'));
    const port = byName.slice(byName.indexOf(':'));
    await deliver(`tls://localhost${port}`, ...ca);
    expect(await refusal(`tls://${byName}`, ...ca)).toContain('names none of the hosts of --store');
  });

  test('a certificate that has ended, or has not begun, is said', async () => {
    const ended = await startTlsNode(authority.issue('127.0.0.1', { from: -2, to: -1 }));
    expect(await refusal(`tls://${ended}`, ...ca)).toContain('the certificate of NATS has expired');
    const early = await startTlsNode(authority.issue('127.0.0.1', { from: 1, to: 2 }));
    expect(await refusal(`tls://${early}`, ...ca)).toContain('is not valid yet: is the clock');
  });

  test('a file that is none of an authority is said', async () => {
    const store = 'tls://127.0.0.1:4222';
    expect(await refusal(store, '--store-ca', '/nowhere/ca.pem')).toContain(
      '--store-ca: /nowhere/ca.pem cannot be read',
    );
    const damaged = write('damaged.pem', authority.certificate.slice(100));
    expect(await refusal(store, '--store-ca', damaged)).toContain(
      `--store-ca: ${damaged} does not begin with a certificate`,
    );
  });

  test('nodes that want TLS before a word is said are spoken to like others', async () => {
    const [strict, either] = [
      await startTlsNode(authority.issue('127.0.0.1'), 'handshake_first: true'),
      await startTlsNode(authority.issue('127.0.0.1'), 'handshake_first: auto'),
    ];
    await deliver(`tls://${strict}`, ...ca);
    await deliver(`tls://${either}`, ...ca);
    const other = write('other.pem', stranger.certificate);
    expect(await refusal(`tls://${strict}`, '--store-ca', other)).toContain(
      `${other} of --store-ca is not the authority that issued it`,
    );
  });

  test('three nodes with TLS between them, too, and one of them dead', async () => {
    const { certificate, key } = authority.issue('127.0.0.1');
    const tls = `tls {
      cert_file: "${write('node.pem', certificate)}"
      key_file: "${write('node.key', key)}"
      ca_file: "${write('ca.pem', authority.certificate)}"
    }`;
    const cluster = await startNodes(3, { node: tls, routes: tls });
    for (const { monitor } of cluster.nodes) {
      const state = (await (await fetch(`${monitor}/varz`)).json()) as { cluster: object };
      expect(state.cluster).toMatchObject({ tls_required: true, tls_verify: true });
    }
    const { url } = await deliver(`tls://${placesOf(cluster)}`, '--store-replicas', '3', ...ca);
    const { alice, bob } = await settle(url);
    await cluster.kill(await cluster.leaderOf('letterbox_0'));
    const send = async (): Promise<number> =>
      (await call(url, alice, bob, 'send', '/messages', sendBody('two'))).status;
    await expect.poll(send, { timeout: 30_000 }).toBe(201);
  });
});

describe.skipIf(!isThere)('a store on nodes that want a certificate of the server', () => {
  const authority = createAuthority('of our own');
  let ca: string[];
  let node: string;

  beforeEach(async () => {
    const file = write('ca.pem', authority.certificate);
    const { certificate, key } = authority.issue('127.0.0.1');
    ca = ['--store-ca', file];
    node = `tls://${await startNode(`tls {
      cert_file: "${write('node.pem', certificate)}"
      key_file: "${write('node.key', key)}"
      ca_file: "${file}"
      verify: true
    }`)}`;
  });

  const shown = ({ certificate, key }: Certified): string[] => [
    ...ca,
    '--store-cert',
    write('own.pem', certificate),
    '--store-key',
    write('own.key', key),
  ];

  test('a delivery goes through with one of their authority; the commands, too, show it', async () => {
    const own = shown(authority.issue('letterbox'));
    const server = await deliver(node, ...own);
    server.child.kill('SIGTERM');
    await server.ended;
    expect(await runToEnd('new-epoch', '--store', node, ...own)).toMatchObject({ code: 0 });
  });

  test('none, one of another authority and one that has ended are refused', async () => {
    expect(await refusal(node, ...ca)).toContain('say --store-cert FILE and --store-key FILE');
    const other = shown(createAuthority('of somebody else').issue('letterbox'));
    expect(await refusal(node, ...other)).toContain('NATS refuses the certificate of --store-cert');
    const ended = shown(authority.issue('letterbox', { from: -2, to: -1 }));
    expect(await refusal(node, ...ended)).toMatch(/the certificate of --store-cert \S+ has expired/);
  });

  test('files that are not there, are none, or do not belong together are said', async () => {
    const [one, other] = [authority.issue('letterbox'), authority.issue('letterbox')];
    const cases: [Certified, string][] = [
      [{ ...one, key: other.key }, 'is not the key of the certificate in'],
      [{ ...one, key: one.certificate }, 'holds no private key in PEM'],
      [{ ...one, certificate: one.key }, 'does not begin with a certificate in PEM'],
    ];
    for (const [pair, said] of cases) expect(await refusal(node, ...shown(pair))).toContain(said);
    const nowhere = ['--store-cert', '/nowhere/own.pem', '--store-key', '/nowhere/own.key'];
    expect(await refusal(node, ...ca, ...nowhere)).toContain('--store-cert: /nowhere/own.pem cannot be read');
  });
});
