import type { Grant, Lasting, Power } from '../../src/agent/owner-api.ts';
import { Select } from './controls.tsx';
import { count, fullDate, timeOfDay } from './format.ts';

const HOUR = 3600;
const DAY = 24 * HOUR;

/** What most people want: what they gave counts until they take it back, but no app writes to strangers for long. */
export const USUAL: Readonly<Record<Power, Lasting>> = {
  read: 'revoked',
  send: 'revoked',
  sendWithoutAsking: DAY,
};

interface LastingSelectProps {
  readonly label: string;
  readonly power: Power;
  /** Unix seconds. */
  readonly now: number;
  readonly lasting: Lasting;
  /** What was given before, while it is not changed. */
  readonly given?: Grant;
  readonly onChange: (lasting: Lasting) => void;
}

/** How long a power lasts. */
export function LastingSelect({ label, power, now, lasting, given, onChange }: LastingSelectProps) {
  const choices = choicesFor(power);
  return (
    <Select
      label={label}
      value={given === undefined ? String(lasting) : 'given'}
      options={[
        ...(given === undefined ? [] : [{ value: 'given', text: endOf(given, now) }]),
        ...choices.map((choice) => ({ value: String(choice), text: wordsFor(choice, now) })),
      ]}
      onChange={(value) => {
        const chosen = choices.find((choice) => String(choice) === value);
        if (chosen !== undefined) onChange(chosen);
      }}
    />
  );
}

/** “1 December 2026”, or the time of a day that is this one or the next. */
export function endOf({ until }: Grant, now: number): string {
  if (until === undefined) return 'you take it back';
  return until - now < DAY && until > now ? timeOfDay(until) : fullDate(until);
}

function choicesFor(power: Power): readonly Lasting[] {
  const times = [HOUR, DAY, 7 * DAY, 30 * DAY];
  return power === 'sendWithoutAsking' ? times : [...times, 'revoked'];
}

function wordsFor(lasting: Lasting, now: number): string {
  if (lasting === 'revoked') return 'you take it back';
  if (lasting < DAY) return `${timeOfDay(now + lasting)} (${count(lasting / HOUR, 'hour', 'hours')})`;
  return `${fullDate(now + lasting)} (${count(lasting / DAY, 'day', 'days')})`;
}
