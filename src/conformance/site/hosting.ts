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
  /** How many files of all sites were asked for and there. */
  fetched(): number;
  close(): Promise<void>;
}

export async function openHosting({ registryPort, publicUrl, sitePort }: HostingOptions): Promise<Hosting> {
  const registry = createRegistry();
  const sites: ServedSite[] = [];
  const listeners: Listener[] = [await openListener(registryPort, () => registry.serve)];
  if (publicUrl !== undefined) {
    const serve = serveShared(sites, registry);
    listeners.push(await openListener(sitePort, () => serve));
  }
  return {
    async open() {
      const site =
        publicUrl === undefined ? await openLoopback(listeners) : createSite(`${publicUrl}/${sites.length}/`); // found by its place in the list
      sites.push(site);
      return site;
    },
    registry,
    fetched: () => sites.reduce((sum, { found }) => sum + found, 0),
    async close() {
      await Promise.all(listeners.map((listener) => listener.close()));
    },
  };
}

async function openLoopback(listeners: Listener[]): Promise<ServedSite> {
  const opened = Promise.withResolvers<ServedSite>();
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
