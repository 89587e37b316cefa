import { allowLoopback, parseServerOrigin, type PlaceOptions } from '../protocol/ids.ts';
import { requirePublicPlace } from '../gaia/places.ts';
import type { Settings, SettingsChange } from './owner-api.ts';
import type { SettingsRow } from './rows.ts';
import type { Store } from './store.ts';

/** The registries of names are configuration; this is where most of them are served from. */
export const DEFAULT_SETTINGS: Settings = {
  registries: { bns: ['https://api.hiro.so'], bnsv2: ['https://api.bnsv2.com'] },
  defaultServer: '',
  receipts: true,
  development: false,
  autoLock: 15,
};

export async function readSettings(store: Store): Promise<Settings> {
  const row = await store.read(['settings'], (tx) => tx.get('settings', 'settings'));
  return settingsIn(row);
}

/** One that came since the row was written has its default. */
export function settingsIn(row: SettingsRow | undefined): Settings {
  return row === undefined ? DEFAULT_SETTINGS : { ...DEFAULT_SETTINGS, ...ofToday(row.settings) };
}

/** Up to 0.1.0 there was one registry, of BNS v1, in a member of its own; empty said none. */
export function ofToday<Kept extends { readonly registry?: string }>({
  registry,
  ...rest
}: Kept): Omit<Kept, 'registry'> & Partial<Pick<Settings, 'registries'>> {
  if (registry === undefined) return rest;
  const bns = registry === '' ? [] : [registry];
  return { registries: { ...DEFAULT_SETTINGS.registries, bns }, ...rest };
}

/**
 * Changes settings on top of those that are there, in one transaction: two views can do it at once.
 * @throws LetterboxError `malformed | place-forbidden`
 */
export function saveSettings(store: Store, change: SettingsChange): Promise<void> {
  return store.write(['settings'], async (tx) => {
    const current = settingsIn(await tx.get('settings', 'settings'));
    await tx.put('settings', { key: 'settings', settings: checked(withChange(current, change)) });
  });
}

export function withChange(settings: Settings, change: SettingsChange): Settings {
  return { ...settings, ...change, registries: { ...settings.registries, ...change.registries } };
}

function checked(settings: Settings): Settings {
  const places = placesOf(settings);
  const registries = {
    bns: tidied(settings.registries.bns, places),
    bnsv2: tidied(settings.registries.bnsv2, places),
  };
  if (settings.defaultServer !== '') parseServer(settings.defaultServer, places);
  return { ...settings, registries };
}

/** In their order, each once. */
function tidied(urls: readonly string[], places: PlaceOptions): string[] {
  const tidy = urls.map((url) => url.replace(/\/+$/, ''));
  for (const url of tidy) requirePublicPlace(url, places);
  return [...new Set(tidy)];
}

/** What the development switch lets through. */
export function placesOf(settings: Settings): PlaceOptions {
  return settings.development ? { [allowLoopback]: true } : {};
}

/** A message server as a person or an app writes it; a trailing slash is forgiven. */
export function parseServer(text: string, places: PlaceOptions): ReturnType<typeof parseServerOrigin> {
  const origin = parseServerOrigin(text.replace(/\/$/, ''), 'server', places);
  requirePublicPlace(origin, places);
  return origin;
}
