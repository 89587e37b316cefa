import { asArray, asObject } from '../protocol/json.ts';
import type { AutoLock, Registries, Settings, SettingsChange } from './owner-api.ts';
import { absent, asBoolean, malformed, parseWebUrl } from './owner-parts.ts';

/** Of each kind. */
const MAX_REGISTRIES = 8;
const AUTO_LOCKS: readonly AutoLock[] = [5, 15, 60, 'screen', 'never'];

/** @throws LetterboxError `malformed` */
export function parseSettings(value: unknown): SettingsChange {
  const change = asObject(value, 'settings');
  const member = <Value>(name: keyof Settings, parse: (given: unknown, what: string) => Value) =>
    absent(change, name) ? {} : { [name]: parse(change[name], `settings.${name}`) };
  return {
    ...member('registries', parseRegistries),
    ...member('defaultServer', parseOptionalWebUrl),
    ...member('receipts', asBoolean),
    ...member('development', asBoolean),
    ...member('autoLock', parseAutoLock),
  };
}

function parseRegistries(value: unknown, what: string): Partial<Registries> {
  const registries = asObject(value, what);
  const list = (kind: keyof Registries) =>
    absent(registries, kind)
      ? {}
      : {
          [kind]: asArray(registries[kind], `${what}.${kind}`, MAX_REGISTRIES).map((url) =>
            parseWebUrl(url, `${what}.${kind}`),
          ),
        };
  return { ...list('bns'), ...list('bnsv2') };
}

function parseAutoLock(value: unknown, what: string): AutoLock {
  const known = AUTO_LOCKS.find((choice) => choice === value);
  if (known === undefined) throw malformed(what, 'none of the choices');
  return known;
}

/** Empty says: none chosen. */
function parseOptionalWebUrl(value: unknown, what: string): string {
  return value === '' ? '' : parseWebUrl(value, what);
}
