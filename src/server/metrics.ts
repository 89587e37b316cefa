import { hash, timingSafeEqual } from 'node:crypto';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { isLetterboxError } from '../protocol/errors.ts';
import type { Fetch } from '../protocol/ports.ts';
import type { Log, Meter, MetricsPage } from './ports.ts';

/** All that is measured. Labels are routes, methods, statuses and codes: fixed lists, nothing of anyone. */
export interface Metrics {
  readonly page: MetricsPage;
  readonly meter: Meter;
  /** The same log, its answers and failures counted. */
  readonly log: (log: Log) => Log;
  /** The same fetch, its outcomes counted. */
  readonly fetch: (fetch: Fetch) => Fetch;
}

export interface MetricsOptions {
  /** Who shows it may read the page; without one everybody may. */
  readonly token?: string | undefined;
  /** Bytes that the store takes on disk. */
  readonly storeBytes: () => number | Promise<number>;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export function createMetrics({ token, storeBytes }: MetricsOptions): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  measureStore(registry, storeBytes);
  const isAllowed = (authorization: string | undefined): boolean =>
    token === undefined || isSame(authorization ?? '', `Bearer ${token}`);
  return {
    page: {
      contentType: registry.contentType,
      text: (authorization) => (isAllowed(authorization) ? registry.metrics() : Promise.resolve(undefined)),
    },
    meter: createMeter(registry),
    log: measureLog(registry),
    fetch: measureFetch(registry),
  };
}

function createMeter(registry: Registry): Meter {
  const registers = [registry];
  const sockets = new Gauge({ name: 'letterbox_sockets', help: 'Open event sockets', registers });
  const subscriptions = new Gauge({
    name: 'letterbox_subscriptions',
    help: 'Inboxes that event sockets are subscribed to',
    registers,
  });
  const swept = new Counter({
    name: 'letterbox_swept_total',
    help: 'Deliveries erased because they had expired, and inboxes that nobody renewed',
    registers,
  });
  return {
    sockets: (change) => sockets.inc(change),
    subscriptions: (change) => subscriptions.inc(change),
    swept: (erased) => swept.inc(erased),
  };
}

function measureLog(registry: Registry): Metrics['log'] {
  const failures = new Counter({
    name: 'letterbox_failures_total',
    help: 'What broke and no caller is to blame for; the log says more',
    registers: [registry],
  });
  const tally = tallyAnswers(registry);
  return (log) => ({
    answered(entry) {
      tally(entry);
      log.answered(entry);
    },
    failed(error) {
      failures.inc();
      log.failed(error);
    },
  });
}

type Answered = Parameters<Log['answered']>[0];

/** Answers that are alike. */
interface Tally {
  readonly labels: Readonly<Record<'route' | 'method' | 'status' | 'problem', string | number>>;
  count: number;
  /** Seconds that the last of them took. */
  readonly took: number[];
}

/** So many at once. */
const HANDED_OVER = 1000;

/**
 * Answers are counted by hand, and handed over many at a time, or when the page is asked for: the library looks for its
 * number by labels each time.
 */
function tallyAnswers(registry: Registry): (entry: Answered) => void {
  const tallies: Tally[] = [];
  const created = (labels: Tally['labels']): Tally => {
    const tally = { labels, count: 0, took: [] };
    tallies.push(tally);
    return tally;
  };
  const tallyOf = remembered((route: string) =>
    remembered((method: string) =>
      remembered((status: number) =>
        remembered((problem: string) => created({ route, method, status, problem })),
      ),
    ),
  );
  const answers: Counter = new Counter({
    name: 'letterbox_requests_total',
    help: 'Requests answered, and the problem that they were answered with, if any',
    labelNames: ['route', 'method', 'status', 'problem'],
    registers: [registry],
    collect() {
      answers.reset();
      for (const { labels, count } of tallies) answers.inc(labels, count);
    },
  });
  const seconds: Histogram = new Histogram({
    name: 'letterbox_request_seconds',
    help: 'Time to the answer',
    labelNames: ['route', 'method'],
    buckets: SECONDS,
    registers: [registry],
    collect() {
      for (const tally of tallies) handOver(tally);
    },
  });
  function handOver({ labels: { route, method }, took }: Tally): void {
    for (const each of took.splice(0)) seconds.observe({ route, method }, each);
  }
  return ({ route, method, status, problem = '', ms }) => {
    const tally = tallyOf(route)(method)(status)(problem);
    tally.count += 1;
    if (tally.took.push(ms / 1000) >= HANDED_OVER) handOver(tally);
  };
}

/** What `make` made for a label, made once: there are few. */
function remembered<Label, Made>(make: (label: Label) => Made): (label: Label) => Made {
  const all = new Map<Label, Made>();
  return (label) => {
    const found = all.get(label);
    if (found !== undefined) return found;
    const made = make(label);
    all.set(label, made);
    return made;
  };
}

function measureFetch(registry: Registry): Metrics['fetch'] {
  const lookups = new Counter({
    name: 'letterbox_lookup_requests_total',
    help: 'Requests to hubs and to the name registry, by status or by what kept them from one',
    labelNames: ['outcome'],
    registers: [registry],
  });
  return (fetch) => async (url, init) => {
    try {
      const response = await fetch(url, init);
      lookups.inc({ outcome: response.status });
      return response;
    } catch (error) {
      lookups.inc({ outcome: isLetterboxError(error) ? error.code : 'failed' });
      throw error;
    }
  };
}

function measureStore(registry: Registry, bytes: MetricsOptions['storeBytes']): void {
  const size: Gauge = new Gauge({
    name: 'letterbox_store_bytes',
    help: 'Size of the store on disk, of one copy of it',
    registers: [],
    async collect() {
      size.set(await known(bytes));
    },
  });
  registry.registerMetric(size);
}

/** A store that does not answer must not take the page along, which says more than its size. */
async function known(bytes: MetricsOptions['storeBytes']): Promise<number> {
  try {
    return await bytes();
  } catch {
    return Number.NaN;
  }
}

function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', wanted, 'buffer'));
}
