import { parseArgs } from 'node:util';

/** One option of a command: an argument, or the environment variable LETTERBOX_<NAME>. */
export interface Option {
  /** What its value is called in the help; absent for a switch. */
  readonly value?: string;
  readonly help: string;
  /** As the help tells it, and what `text` gives where nothing is said. */
  readonly fallback?: string;
}

export type Options = Readonly<Record<string, Option>>;

/** What was said, by argument or else by environment. */
export interface Said<Name extends string> {
  /** Undefined where nothing was said and there is no fallback. */
  text(name: Name): string | undefined;
  /** @throws Error where it is not one, or above `max` */
  wholeNumber(name: Name, max: number): number;
  /** @throws Error for a variable that says neither yes nor no */
  isOn(name: Name): boolean;
}

/** @throws Error for arguments that are none of the options */
export function readOptions<Table extends Options>(
  table: Table,
  args: readonly string[],
  env: Readonly<NodeJS.ProcessEnv>,
): Said<keyof Table & string> {
  const options = Object.fromEntries(
    Object.entries(table).map(([name, { value }]) => [
      name,
      { type: value === undefined ? ('boolean' as const) : ('string' as const) },
    ]),
  );
  const { values } = parseArgs({ args: [...args], options, strict: true });
  const text = (name: keyof Table & string): string | undefined => {
    const given = values[name] ?? env[variableOf(name)];
    return typeof given === 'string' && given !== '' ? given : table[name]?.fallback;
  };
  return {
    text,
    wholeNumber(name, max) {
      const digits = text(name) ?? '';
      if (!/^\d{1,12}$/.test(digits) || Number(digits) > max) {
        throw new Error(`--${name} is not a number from 0 to ${max}`);
      }
      return Number(digits);
    },
    isOn: (name) => values[name] === true || isTrue(variableOf(name), env[variableOf(name)] ?? ''),
  };
}

/** A switch that somebody wrote otherwise must not be taken for off, or on. */
function isTrue(variable: string, text: string): boolean {
  if (['1', 'true'].includes(text)) return true;
  if (['', '0', 'false'].includes(text)) return false;
  throw new Error(`${variable} is neither 1 nor 0`);
}

export function variableOf(option: string): string {
  return `LETTERBOX_${option.toUpperCase().replaceAll('-', '_')}`;
}

/** The options as lines of a help text, defaults last. */
export function describeOptions(table: Options): string {
  const rows = Object.entries(table).map(
    ([name, { value = '', help, fallback }]) =>
      [`--${name} ${value}`.trimEnd(), fallback === undefined ? help : `${help} (${fallback})`] as const,
  );
  const width = Math.max(...rows.map(([option]) => option.length)) + 2;
  return rows.map(([option, help]) => `  ${option.padEnd(width)}${help}\n`).join('');
}
