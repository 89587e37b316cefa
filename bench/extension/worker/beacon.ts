import browser from 'webextension-polyfill';

/** Where this worker, and each after it until the browser closes, says once a second that it is awake. */
const PLACE = 'bench-beacon';
const SECOND = 1000;

export async function setBeacon(url: string): Promise<void> {
  await browser.storage.session.set({ [PLACE]: url });
  say(url);
}

export async function resumeBeacon(): Promise<void> {
  const { [PLACE]: url } = await browser.storage.session.get(PLACE);
  if (typeof url === 'string') say(url);
}

/** Neither a timer nor a request keeps a worker awake. */
function say(url: string): void {
  const ignore = (error: unknown): unknown => error; // who listened is gone, and counts no more
  setInterval(() => void fetch(url).catch(ignore), SECOND);
}
