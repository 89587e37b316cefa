/**
 * Numbers and times by Intl. The words of this version are English, so times keep to English too, in the spelling of
 * the reader's own English if the browser has one.
 */
const LOCALE = navigator.languages.find((language) => language.startsWith('en')) ?? 'en-GB';

const clock = new Intl.DateTimeFormat(LOCALE, { hour: '2-digit', minute: '2-digit' });
const weekday = new Intl.DateTimeFormat(LOCALE, { weekday: 'long' });
const dayMonth = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'long' });
const dayMonthYear = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'long', year: 'numeric' });
const shortDay = new Intl.DateTimeFormat(LOCALE, { day: 'numeric', month: 'short' });
const nearDays = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' });
const span = new Intl.RelativeTimeFormat(LOCALE, { numeric: 'always', style: 'short' });
const numbers = new Intl.NumberFormat(LOCALE);
const percents = new Intl.NumberFormat(LOCALE, { style: 'percent' });
const plurals = new Intl.PluralRules(LOCALE);
const lists = { and: new Intl.ListFormat(LOCALE), or: new Intl.ListFormat(LOCALE, { type: 'disjunction' }) };

/** Of a time beyond what dates can say, which whoever wrote it may have chosen: it must not take a page down. */
const NO_TIME = '—';

/** All times in Unix seconds. */
export function timeOfDay(at: number): string {
  return written(clock, at);
}

/** “Today”, “Yesterday”, “Monday”, “3 November”, “3 November 2025”. */
export function dayOf(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0 || days === 1) return capital(nearDays.format(-days, 'day'));
  if (days > 1 && days < 7) return written(weekday, at);
  return written(sameYear(at, now) ? dayMonth : dayMonthYear, at);
}

/** The same, as short as a list needs it: “Today”, “Yesterday”, “3 Nov”. */
export function shortDayOf(at: number, now: number): string {
  const days = daysBetween(at, now);
  if (days === 0 || days === 1) return dayOf(at, now);
  return written(sameYear(at, now) ? shortDay : dayMonthYear, at);
}

/** “Today, 10:42”. */
export function dayAndTime(at: number, now: number): string {
  return isTime(at) ? `${dayOf(at, now)}, ${timeOfDay(at)}` : NO_TIME;
}

/** The same within a sentence: “today, 10:42”. Names of weekdays and months stay as they are. */
export function whenWithin(at: number, now: number): string {
  const when = dayAndTime(at, now);
  return daysBetween(at, now) > 1 ? when : when.charAt(0).toLocaleLowerCase(LOCALE) + when.slice(1);
}

export function fullDate(at: number): string {
  return written(dayMonthYear, at);
}

/** “in 4 min.”, from milliseconds still to go. */
export function inTime(milliseconds: number): string {
  if (!Number.isFinite(milliseconds)) return NO_TIME;
  const minutes = Math.max(1, Math.round(milliseconds / 60_000));
  if (minutes < 60) return span.format(minutes, 'minute');
  const hours = Math.round(minutes / 60);
  return hours < 48 ? span.format(hours, 'hour') : span.format(Math.round(hours / 24), 'day');
}

export function number(value: number): string {
  return numbers.format(value);
}

/** “42%”. @param part from 0 to 1 */
export function percent(part: number): string {
  return percents.format(part);
}

/** “1 message”, “2 messages”. */
export function count(value: number, one: string, other: string): string {
  return `${numbers.format(value)} ${plurals.select(value) === 'one' ? one : other}`;
}

export function list(items: readonly string[], kind: 'and' | 'or' = 'and'): string {
  return lists[kind].format(items);
}

/** The host of an origin or URL; the text itself where it is none. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

/** Keeps both ends, by which people tell addresses apart. */
export function shortAddress(address: string): string {
  return address.length <= 14 ? address : `${address.slice(0, 5)}…${address.slice(-4)}`;
}

function written(format: Intl.DateTimeFormat, at: number): string {
  return isTime(at) ? format.format(at * 1000) : NO_TIME;
}

function isTime(at: number): boolean {
  return !Number.isNaN(new Date(at * 1000).getTime());
}

/** Whole days from one local midnight to the other; negative for the future. */
function daysBetween(at: number, now: number): number {
  return Math.round((midnight(now) - midnight(at)) / 86_400_000);
}

function midnight(at: number): number {
  return new Date(at * 1000).setHours(0, 0, 0, 0);
}

function sameYear(at: number, now: number): boolean {
  return new Date(at * 1000).getFullYear() === new Date(now * 1000).getFullYear();
}

function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase(LOCALE) + text.slice(1);
}
