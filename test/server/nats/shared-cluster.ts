import type { TestProject } from 'vitest/node';
import { startCluster } from './cluster.ts';
import { natsServer } from './server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the cluster that all tests of the run share, each with stores of its own; undefined without a nats-server. */
    readonly cluster: string | undefined;
  }
}

/** Vitest calls it before the first test of the project, and what it returns after the last. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = natsServer();
  const cluster = server === undefined ? undefined : await startCluster(server);
  project.provide('cluster', cluster?.url);
  return async () => {
    await cluster?.stop();
  };
}
