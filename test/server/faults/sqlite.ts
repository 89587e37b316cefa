import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { launchServer, MAIN, type Running } from '../running.ts';
import { serverArguments } from './arguments.ts';
import { createMovableClock } from './clock.ts';
import type { Gate } from './gate.ts';
import { sqliteFaults, type SqliteServer } from './sqlite-faults.ts';
import type { Deployment } from './stage.ts';

/** @returns its data folder, too */
export async function deploySqlite(gate: Gate): Promise<Deployment & { readonly data: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'letterbox-faults-'));
  const data = join(folder, 'data');
  const clock = createMovableClock(folder);
  const run = (how?: 'clock'): Promise<Running> => {
    const { flags, env } = how === 'clock' ? clock : { flags: [], env: {} };
    const args = [...flags, MAIN, '--data', data, ...serverArguments(gate.url)];
    return launchServer(process.execPath, args, env);
  };
  let running = await run();
  gate.lead([running.url]);
  const server: SqliteServer = {
    data,
    clock,
    running: () => running,
    async start(how) {
      running = await run(how);
      gate.lead([running.url]);
    },
    async end(signal) {
      running.child.kill(signal);
      await running.ended;
    },
  };
  return {
    data,
    about: `one server on SQLite; its clock is moved by ${clock.by}`,
    faults: sqliteFaults(server),
    async close() {
      await server.end('SIGKILL');
      rmSync(folder, { recursive: true });
    },
  };
}
