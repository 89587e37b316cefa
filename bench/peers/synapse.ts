import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { ensureTool } from '../../scripts/setup/tools.mjs';
import { pinnedProcess, SERVER_CORE, type Pinned } from '../server/pinned.ts';

/**
 * A real Matrix homeserver on loopback, with SQLite and without federation, in a folder that is a small Debian of its own:
 * the newest suite has Synapse. Building it takes about a minute and needs root; what was built is kept.
 */
export interface Synapse {
  readonly url: string;
  readonly process: Pinned;
}

/** The registration secret of a server that lives for a measurement, on loopback. */
export const SECRET = 'bench';

const CACHE = join(import.meta.dirname, '../../node_modules/.cache/synapse');
const ROOT = join(CACHE, 'root');
const HOME = join(ROOT, 'srv/homeserver');
const READY_MS = 60_000;

/** @throws Error where it cannot be built here: what to do is in the message */
export async function buildSynapse(): Promise<void> {
  if (existsSync(join(CACHE, 'built'))) return;
  if (process.getuid?.() !== 0) throw new Error('Synapse is built in a chroot, which needs root');
  await ensureTool('mmdebstrap', process.env);
  rmSync(CACHE, { recursive: true, force: true });
  mkdirSync(CACHE, { recursive: true });
  console.log('Building Synapse in a small Debian of its own (about a minute, once).');
  const { status, stderr } = spawnSync('mmdebstrap', [...buildOptions(), 'sid', ROOT, mirror()], {
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`Synapse could not be built: ${stderr.slice(-500)}`);
  writeFileSync(join(CACHE, 'built'), '');
}

function buildOptions(): string[] {
  const noServices = `printf '#!/bin/sh\\nexit 101\\n' > "$1/usr/sbin/policy-rc.d"; chmod +x "$1/usr/sbin/policy-rc.d"`;
  const answers = `printf 'matrix-synapse matrix-synapse/server-name string localhost\\nmatrix-synapse matrix-synapse/report-stats boolean false\\n' | chroot "$1" debconf-set-selections`;
  return [
    '--quiet',
    '--mode=root',
    '--variant=apt',
    '--include=matrix-synapse,ca-certificates',
    '--keyring=/usr/share/keyrings/debian-archive-keyring.gpg',
    `--aptopt=APT::Install-Recommends "false"`,
    `--aptopt=Acquire::Check-Valid-Until "false"`,
    `--essential-hook=${noServices}`,
    `--essential-hook=${answers}`,
  ];
}

/** The one that this machine's own packages come from, most of them. */
function mirror(): string {
  const text = execFileSync('apt-get', ['indextargets', '--format', '$(REPO_URI)'], { encoding: 'utf8' });
  const uses = Map.groupBy(
    text.split('\n').filter((line) => line !== '' && !line.includes('security')),
    (line) => line,
  );
  const [most] = [...uses].toSorted(([, a], [, b]) => b.length - a.length);
  if (most === undefined) throw new Error('apt knows no mirror to build Synapse from');
  return most[0];
}

/** Starts it anew, without anybody, on the server's core. */
export async function startSynapse(): Promise<Synapse> {
  const port = await freePort();
  rmSync(HOME, { recursive: true, force: true });
  mkdirSync(HOME, { recursive: true });
  writeFileSync(join(HOME, 'homeserver.yaml'), configuration(port));
  writeFileSync(join(HOME, 'log.yaml'), LOGGING);
  const run = ['python3', '-m', 'synapse.app.homeserver', '--config-path=/srv/homeserver/homeserver.yaml'];
  const env = ['/usr/bin/env', '-i', 'PATH=/usr/bin:/bin', 'LANG=C.UTF-8'];
  execFileSync('chroot', [ROOT, ...env, ...run, '--generate-keys'], { stdio: 'ignore' });
  const child = spawn('taskset', ['-c', String(SERVER_CORE), 'chroot', ROOT, ...env, ...run], {
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  const synapse = { url, process: pinnedProcess(child, {}) };
  try {
    await ready(`${url}/health`);
  } catch (error) {
    await synapse.process.stop();
    const log = join(HOME, 'log');
    const said = existsSync(log) ? readFileSync(log, 'utf8').slice(-500) : 'nothing';
    throw new Error(`Synapse did not start; it said: ${said}`, { cause: error });
  }
  return synapse;
}

async function ready(url: string): Promise<void> {
  const end = Date.now() + READY_MS;
  for (;;) {
    const answer = await fetch(url).catch((error: unknown) => {
      if (Date.now() > end) throw error;
      return undefined;
    });
    if (answer?.ok === true) return;
    await new Promise((resolve) => {
      setTimeout(resolve, 100);
    });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** Nothing that slows it: no limits on rates, no federation, no presence, warnings only in the log. */
function configuration(port: number): string {
  const unlimited = '{per_second: 1000000, burst_count: 1000000}';
  return `server_name: localhost
report_stats: false
signing_key_path: /srv/homeserver/signing.key
pid_file: /srv/homeserver/pid
trusted_key_servers: []
suppress_key_server_warning: true
federation_domain_whitelist: []
registration_shared_secret: ${SECRET}
macaroon_secret_key: ${SECRET}
form_secret: ${SECRET}
enable_registration: false
bcrypt_rounds: 4
url_preview_enabled: false
media_store_path: /srv/homeserver/media
database: {name: sqlite3, args: {database: /srv/homeserver/database}}
presence: {enabled: false}
rc_message: ${unlimited}
rc_login: {address: ${unlimited}, account: ${unlimited}, failed_attempts: ${unlimited}}
listeners:
  - {port: ${port}, tls: false, type: http, x_forwarded: false, bind_addresses: ['127.0.0.1'], resources: [{names: [client], compress: false}]}
log_config: /srv/homeserver/log.yaml
`;
}

const LOGGING = `version: 1
formatters: {plain: {format: '%(asctime)s %(name)s %(levelname)s %(message)s'}}
handlers: {file: {class: logging.FileHandler, formatter: plain, filename: /srv/homeserver/log}}
root: {level: WARNING, handlers: [file]}
disable_existing_loggers: false
`;
