import {
  ANNOUNCE_EVENT,
  REQUEST_EVENT,
  type LetterboxApi,
  type ProviderDetail,
} from '../protocol/page-api.ts';

/** The part of `window` that discovery needs. */
export type Page = Pick<Window, 'addEventListener' | 'removeEventListener' | 'dispatchEvent'>;

/** Tells the page of a provider now and whenever it asks, as EIP-6963 does for wallets. */
export function announceProvider(page: Page, detail: ProviderDetail): void {
  const dispatch = page.dispatchEvent.bind(page);
  const Announcement = CustomEvent;
  const announce = () => dispatch(new Announcement(ANNOUNCE_EVENT, { detail }));
  page.addEventListener(REQUEST_EVENT, announce);
  announce();
}

/**
 * Calls back for every provider that is there or comes later; one that announces itself again is told once.
 * @returns a function that ends it
 */
export function watchProviders(page: Page, found: (detail: ProviderDetail) => void): () => void {
  const known = new Set<string>();
  const listener = (event: Event) => {
    const detail: unknown = (event as CustomEvent).detail;
    if (!isProvider(detail) || known.has(detail.info.uuid)) return;
    known.add(detail.info.uuid);
    found(detail);
  };
  page.addEventListener(ANNOUNCE_EVENT, listener);
  page.dispatchEvent(new Event(REQUEST_EVENT));
  return () => page.removeEventListener(ANNOUNCE_EVENT, listener);
}

/**
 * The first provider there is.
 * @param milliseconds how long to wait for one
 * @returns undefined where none came: Letterbox is not installed, or not enabled for this app
 */
export function findLetterbox(page: Page, milliseconds = 1000): Promise<LetterboxApi | undefined> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => finish(undefined), milliseconds);
    const end = watchProviders(page, ({ provider }) => finish(provider));
    function finish(provider: LetterboxApi | undefined): void {
      clearTimeout(timer);
      resolve(provider);
      queueMicrotask(() => end());
    }
  });
}

/** An announcement is any script's word: this checks its shape, nothing more. */
function isProvider(value: unknown): value is ProviderDetail {
  if (typeof value !== 'object' || value === null) return false;
  const { info, provider } = value as Partial<Record<keyof ProviderDetail, unknown>>;
  if (typeof info !== 'object' || info === null || typeof provider !== 'object' || provider === null)
    return false;
  const { uuid } = info as { uuid?: unknown };
  const { version, connect } = provider as { version?: unknown; connect?: unknown };
  return typeof uuid === 'string' && version === 1 && typeof connect === 'function';
}
