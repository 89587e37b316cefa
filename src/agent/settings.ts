import { allowLoopback, parseServerOrigin, type PlaceOptions } from '../protocol/ids.ts';
import { requirePublicPlace } from '../gaia/places.ts';
import type { Settings } from './owner-api.ts';
import type { Store } from './store.ts';

/** The registry of names is configuration; this is where most of them are served from. */
export const DEFAULT_SETTINGS: Settings = {
  registry: 'https://api.hiro.so',
  defaultServer: '',
  receipts: true,
  development: false,
};

export async function readSettings(store: Store): Promise<Settings> {
  const row = await store.read(['settings'], (tx) => tx.get('settings', 'settings'));
  return row?.settings ?? DEFAULT_SETTINGS;
}

/** @throws LetterboxError `malformed | place-forbidden` */
export async function saveSettings(store: Store, settings: Settings): Promise<void> {
  const places = placesOf(settings);
  const registry = settings.registry.replace(/\/+$/, '');
  if (registry !== '') requirePublicPlace(registry, places);
  if (settings.defaultServer !== '') parseServer(settings.defaultServer, places);
  const row = { key: 'settings', settings: { ...settings, registry } } as const;
  await store.write(['settings'], (tx) => tx.put('settings', row));
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
