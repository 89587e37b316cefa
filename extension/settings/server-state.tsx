import type { ServerHealth, ServerTest } from '../../src/agent/owner-api.ts';
import { count, inTime, number, whenWithin } from '../ui/format.ts';
import { Health } from '../ui/notices.tsx';
import { sentenceFor, wordsFor } from '../ui/words.ts';

const DAY = 86_400;
/** For how long it is worth a line that something went wrong and is over. */
const REMEMBERED_DAYS = 7;

interface ServerStateProps {
  readonly health: ServerHealth;
  readonly tested: ServerTest | undefined;
  /** Why the last test failed. */
  readonly error: string | undefined;
}

/** The newest thing known: a test that failed, a test that went well, else what syncing shows. */
export function ServerState({ health, tested, error }: ServerStateProps) {
  const state = error === undefined ? (tested === undefined ? health.state : 'fine') : 'failed';
  return (
    <p class={`server-state ${state}`}>
      <Health silent state={state} />
      <span>
        {error ??
          (tested === undefined
            ? healthWords(health)
            : `Reachable in ${number(tested.milliseconds)} ms, tested just now`)}
      </span>
    </p>
  );
}

function healthWords({ state, problem }: ServerHealth): string {
  switch (state) {
    case 'fine':
      return 'Reachable';
    case 'late':
      return problem === undefined ? 'Late to answer' : `${wordsFor(problem).what} Letterbox keeps trying.`;
    case 'failed':
      return problem === undefined ? 'Doesn’t answer' : sentenceFor(problem);
    case 'unknown':
      return 'Not checked yet';
    default:
      return state satisfies never;
  }
}

const ADMISSION_WORDS: Record<ServerTest['admission'], string> = {
  open: 'open to everyone',
  invite: 'by invitation',
  allowlist: 'for chosen people',
};

/** “Version 1 · keeps mail 30 days · open to everyone”. */
export function testedWords({ versions, retention, admission }: ServerTest): string {
  return [
    `Version ${number(Math.max(...versions))}`,
    `keeps mail ${count(Math.round(retention / DAY), 'day', 'days')}`,
    ADMISSION_WORDS[admission],
  ].join(' · ');
}

/** “Live · last sync today, 10:42”, “Asked each minute · last reached today, 07:45 · next try in 25 min.”. */
export function syncWords({ state, live, lastSync, nextSync }: ServerHealth, now: number): string {
  const isFailed = state === 'failed';
  const next = nextSync === undefined ? [] : [inTime((nextSync - now) * 1000)];
  const parts = [
    ...(live ? ['live'] : state === 'fine' ? ['asked each minute'] : []),
    ...(lastSync === undefined
      ? []
      : [`${isFailed ? 'last reached' : 'last sync'} ${whenWithin(lastSync, now)}`]),
    ...next.map((time) => `${isFailed || state === 'late' ? 'next try' : 'next'} ${time}`),
  ].join(' · ');
  return parts.charAt(0).toLocaleUpperCase() + parts.slice(1);
}

/** What went wrong last and is over; empty where there was nothing for a week. */
export function pastWords({ problem, lastProblem }: ServerHealth, now: number): string {
  if (problem !== undefined || lastProblem === undefined) return '';
  if (now - lastProblem.at > REMEMBERED_DAYS * DAY) return '';
  return `Last trouble ${whenWithin(lastProblem.at, now)}: ${wordsFor(lastProblem.problem).what}`;
}

/** What to do about a server that has been away for longer than a bad day; empty where nothing is to be done. */
export function adviceFor(
  { state, lastSync, problem }: ServerHealth,
  { now, others }: { readonly now: number; readonly others: readonly ServerHealth[] },
): string {
  const isGone = problem?.code === 'unreachable' || problem?.code === 'unavailable';
  if (state !== 'failed' || !isGone) return '';
  if (lastSync !== undefined && now - lastSync < DAY) return '';
  return others.some((other) => other.state === 'fine')
    ? 'It may be gone for good. New mail still comes through the others. You can remove this one.'
    : 'It may be gone for good. Add another server, so that people can reach you, then remove this one.';
}
