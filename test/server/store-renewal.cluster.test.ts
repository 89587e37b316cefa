import { X509Certificate } from 'node:crypto';
import { dirname, join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { createAuthority, type Authority } from './nats/certificates.ts';
import type { Cluster, Node } from './nats/cluster.ts';
import { deliver, placesOf, startNodes, write } from './nats/secured.ts';
import { isThere } from './nats/store.ts';
import { call, sendBody, settle } from './process.ts';

/** Certificates that are renewed while `letterbox-server` and a node run: in the files, and a signal to the node. */

const SECONDS = 1 / 86_400;

/** Writes a certificate and its key. @param seconds until it ends; a day where absent */
function certify(authority: Authority, name: string, host: string, seconds = 86_400): Date {
  const { certificate, key } = authority.issue(host, { from: -1, to: seconds * SECONDS });
  write(`${name}.pem`, certificate);
  write(`${name}.key`, key);
  return new X509Certificate(certificate).validToDate;
}

/** @param more of its tls block */
async function startTlsNode(more = ''): Promise<{ cluster: Cluster; node: Node; store: string }> {
  const [certificate, key] = [file('node.pem'), file('node.key')];
  const cluster = await startNodes(1, {
    node: `tls { cert_file: "${certificate}", key_file: "${key}"\n${more} }`,
  });
  return { cluster, node: cluster.nodes[0] as Node, store: `tls://${placesOf(cluster)}` };
}

/** The path of what is written under this name. */
const file = (name: string): string => join(dirname(write('here', '')), name);

/** As `nats-server --signal reload`. */
function reload(node: Node): void {
  process.kill(node.pid() ?? 0, 'SIGHUP');
}

/** Kills it and starts it again: every connection is made anew. */
async function cutOff({ cluster, node }: { cluster: Cluster; node: Node }): Promise<void> {
  await cluster.kill(node);
  cluster.restart(node);
  await cluster.ready();
}

/** Which certificate a node shows. It has to be of those that want TLS before a word is said. */
function shownBy({ url }: Node): Promise<string> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = connectTls({ host: hostname, port: Number(port), rejectUnauthorized: false }, () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
    socket.once('error', reject);
  });
}

const readiness = async (url: string): Promise<number> => (await fetch(`${url}/readyz`)).status;
const poll = { timeout: 30_000 };

/** A delivery that nobody sent before goes through, however long that takes. */
async function expectDelivery(url: string, seed: string): Promise<void> {
  const { alice, bob } = await settle(url);
  const send = async (): Promise<number> =>
    (await call(url, alice, bob, 'send', '/messages', sendBody(seed))).status;
  await expect.poll(send, poll).toBe(201);
}

describe.skipIf(!isThere)('certificates that are renewed while all goes on', () => {
  const authority = createAuthority('of our own');

  test('a node’s, by a signal: what is connected stays, and connects anew by the new one', async () => {
    const ca = ['--store-ca', write('ca.pem', authority.certificate)];
    certify(authority, 'node', '127.0.0.1');
    const place = await startTlsNode('handshake_first: true');
    const { url } = await deliver(place.store, ...ca);
    const before = await shownBy(place.node);
    certify(authority, 'node', '127.0.0.1');
    reload(place.node);
    await expect.poll(() => shownBy(place.node), poll).not.toBe(before);
    await expectDelivery(url, 'two');
    await cutOff(place);
    await expectDelivery(url, 'three');
  });

  test('a node’s that has ended keeps the server out, until there is a new one', async () => {
    const ca = ['--store-ca', write('ca.pem', authority.certificate)];
    const end = certify(authority, 'node', '127.0.0.1', 8);
    const place = await startTlsNode();
    const { url } = await deliver(place.store, ...ca);
    await expect.poll(() => Date.now(), poll).toBeGreaterThan(end.getTime());
    expect(await readiness(url)).toBe(200); // what is connected stays
    await cutOff(place);
    await expect.poll(() => readiness(url), poll).toBe(503);
    certify(authority, 'node', '127.0.0.1');
    reload(place.node);
    await expect.poll(() => readiness(url), poll).toBe(200);
    await expectDelivery(url, 'two');
  });

  test('the authority: both in the file for a while, then the nodes’ by the new one', async () => {
    const next = createAuthority('of our own, next year');
    const ca = ['--store-ca', write('ca.pem', authority.certificate)];
    certify(authority, 'node', '127.0.0.1');
    const place = await startTlsNode();
    const { url } = await deliver(place.store, ...ca);
    write('ca.pem', `${authority.certificate}\n${next.certificate}`);
    certify(next, 'node', '127.0.0.1');
    reload(place.node);
    await cutOff(place);
    await expect.poll(() => readiness(url), poll).toBe(200);
    await expectDelivery(url, 'two');
  });

  test('the server’s own, in its files', async () => {
    const ca = write('ca.pem', authority.certificate);
    certify(authority, 'node', '127.0.0.1');
    const end = certify(authority, 'own', 'letterbox', 8);
    const place = await startTlsNode(`ca_file: "${ca}", verify: true`);
    const own = ['--store-ca', ca, '--store-cert', file('own.pem'), '--store-key', file('own.key')];
    const { url } = await deliver(place.store, ...own);
    await expect.poll(() => Date.now(), poll).toBeGreaterThan(end.getTime());
    await cutOff(place);
    await expect.poll(() => readiness(url), poll).toBe(503);
    certify(authority, 'own', 'letterbox');
    await expect.poll(() => readiness(url), poll).toBe(200);
    await expectDelivery(url, 'two');
  });
});
