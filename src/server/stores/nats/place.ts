/** Where a store on NATS lies: what `--store` says. */
export interface NatsPlace {
  /** Each as `host:port`. */
  readonly servers: readonly string[];
  readonly user?: string;
  readonly pass?: string;
  /** The connection must be encrypted. */
  readonly tls: boolean;
  /** Names the streams and begins the subjects: several stores can share a cluster. */
  readonly prefix: string;
}

const PORT = 4222;
const SHAPE =
  /^(?<scheme>nats|tls):\/\/(?:(?<user>[^:@/]*)(?::(?<pass>[^@/]*))?@)?(?<hosts>[^@/]+)(?:\/(?<prefix>[^/]*))?$/;

/**
 * Reads `nats://[user:password@]host[:port][,host[:port]…][/prefix]`; `tls://` for an encrypted connection.
 * @throws Error that says what it cannot read
 */
export function parseNatsUrl(url: string): NatsPlace {
  const groups = SHAPE.exec(url)?.groups;
  if (groups === undefined) throw new Error('--store is not nats://host:4222,host:4222/prefix, or tls://…');
  const { scheme, user, pass, hosts = '' } = groups;
  const prefix = groups['prefix'] === undefined || groups['prefix'] === '' ? 'letterbox' : groups['prefix'];
  if (!/^[A-Za-z0-9_-]{1,64}$/.test(prefix))
    throw new Error('--store: the part after / is letters, digits, - and _ only');
  return {
    servers: hosts.split(',').map(parseHost),
    tls: scheme === 'tls',
    prefix,
    ...(user === undefined ? {} : { user: decodeURIComponent(user) }),
    ...(pass === undefined ? {} : { pass: decodeURIComponent(pass) }),
  };
}

function parseHost(host: string): string {
  const [, name, port = PORT] = /^(\[[0-9a-fA-F:]+\]|[^\s:[\]]+)(?::(\d{1,5}))?$/.exec(host.trim()) ?? [];
  if (name === undefined) throw new Error(`--store: ${host} is no host and port`);
  return `${name}:${port}`;
}
