import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { CLIENT_CORE } from './pinned.ts';
import type { RequestFile } from './requests.ts';

/** What a run of wrk saw. */
export interface Answered {
  /** From the first request to the last answer. */
  readonly seconds: number;
}

const SCRIPT = join(import.meta.dirname, 'wrk.lua');
/** Requests at the same time unless told otherwise, each on a connection of its own. */
const IN_FLIGHT = 64;
/** wrk ends by itself only then: a server that stopped answering. */
const MAX_SECONDS = 120;

/**
 * Sends each request of a file once, 64 at a time, from the other core.
 * @throws Error where any answer has another status than the one wanted
 */
export async function send(
  url: string,
  { path, count }: RequestFile,
  { status, inFlight = IN_FLIGHT }: { status: number; inFlight?: number },
): Promise<Answered> {
  const options = ['-t1', `-c${inFlight}`, `-d${MAX_SECONDS}s`, '--timeout', '30s', '-s', SCRIPT, url];
  const child = spawn('taskset', ['-c', String(CLIENT_CORE), 'wrk', ...options, '--', path, String(count)]);
  const ended = once(child, 'close');
  let said = '';
  for await (const line of createInterface(child.stdout)) {
    said += `${line}\n`;
    if (line.startsWith('{"seconds"')) child.kill();
  }
  await ended;
  const { seconds, statuses } = parseResult(said);
  if (statuses[status] !== count)
    throw new Error(`not all were answered with ${status}: ${JSON.stringify(statuses)}`);
  return { seconds };
}

function parseResult(said: string): { seconds: number; statuses: Record<string, number> } {
  const line = said.split('\n').find((text) => text.startsWith('{"seconds"'));
  if (line === undefined) throw new Error(`wrk did not get all answers: ${said}`);
  return JSON.parse(line) as ReturnType<typeof parseResult>;
}
