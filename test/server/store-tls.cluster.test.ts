import { beforeAll, describe, expect, test } from 'vitest';
import { createAuthority, type Certified } from './nats/certificates.ts';
import { deliver, refusal, startNode, write } from './nats/secured.ts';
import { isThere } from './nats/store.ts';
import { runToEnd } from './process.ts';

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
});
