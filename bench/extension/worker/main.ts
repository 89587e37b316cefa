import '../../../extension/background/main.ts';
import browser from 'webextension-polyfill';
import { resumeBeacon } from './beacon.ts';
import type { Job } from './jobs.ts';
import { run } from './run.ts';

/** The product's background, which besides runs jobs for the bench: what it measures shares its worker. */
browser.runtime.onMessage.addListener((message: unknown): Promise<number> | undefined => {
  if (typeof message !== 'object' || message === null || !('job' in message)) return undefined;
  return run(message as Job);
});
void resumeBeacon();
