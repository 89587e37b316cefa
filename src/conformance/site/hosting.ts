import { createRegistry, type Registry } from './registry.ts';
import { openListener, type Listener, type Serve } from './listener.ts';
import { createSite, type ServedSite, type Site } from './site.ts';

export interface HostingOptions {
  /** Where the registry listens on loopback. */
  readonly registryPort: number;
  /** How the server under test reaches `sitePort`, where it is not on this machine: https, no trailing slash. */
  readonly publicUrl?: string;
  /** The one port of all sites, where there is a public URL. */
  readonly sitePort: number;
}

/** The buckets and names that the suite brings along, so that the server under test can look up both ends. */
export interface Hosting {
  /** A host of its own for each that asks, on loopback: what one check makes the server fetch is not another's. */
  open(): Promise<Site>;
  readonly registry: Registry;
  /** Whether sites share one host, and so its rates. */
  readonly shared: boolean;
  close(): Promise<void>;
}

export async function openHosting({ registryPort, publicUrl, sitePort }: HostingOptions): Promise<Hosting> {
  const registry = createRegistry();
  const listeners: Listener[] = [await openListener(registryPort, () => registry.serve)];
  const close = async (): Promise<void> => {
    await Promise.all(listeners.map((listener) => listener.close()));
  };
  if (publicUrl === undefined) return { open: () => openLoopback(listeners), registry, shared: false, close };

  const sites: ServedSite[] = [];
  const serve = serveShared(sites, registry);
  listeners.push(await openListener(sitePort, () => serve));
  const open = (): Site => {
    const site = createSite(`${publicUrl}/${sites.length}/`);
    sites.push(site);
    return site;
  };
  // oxlint-disable-next-line require-await -- on loopback a port has to be opened
  return { open: async () => open(), registry, shared: true, close };
}

async function openLoopback(listeners: Listener[]): Promise<Site> {
  const opened = Promise.withResolvers<Site>();
  listeners.push(
    await openListener(0, (url) => {
      const site = createSite(`${url}/`);
      opened.resolve(site);
      return (path, response) => site.serve(path.slice(1), response);
    }),
  );
  return opened.promise;
}

/** `/registry/…` is the registry, `/<n>/…` the site of that number. */
function serveShared(sites: readonly ServedSite[], registry: Registry): Serve {
  return (path, response) => {
    const [, first = '', rest = ''] = /^\/([^/]+)\/(.*)$/.exec(path) ?? [];
    if (first === 'registry') registry.serve(`/${rest}`, response);
    else if (sites[Number(first)] === undefined) response.writeHead(404).end();
    else sites[Number(first)]?.serve(rest, response);
  };
}
