import browser from 'webextension-polyfill';
import type { Agent } from '../../src/agent/agent.ts';

/** Locks the vault when the person has been away for as long as they chose. Asked each minute, so at most one late. */
export async function lockIfAway({ owner }: Agent): Promise<void> {
  const { state, autoLock } = (await owner.overview()).vault;
  if (state !== 'open' || typeof autoLock === 'string') return;
  if ((await browser.idle.queryState(autoLock * 60)) !== 'active') await owner.lock();
}

/** The screen was locked, and with it the vault, unless the person chose never to. */
export async function lockWithScreen({ owner }: Agent): Promise<void> {
  const { state, autoLock } = (await owner.overview()).vault;
  if (state === 'open' && autoLock !== 'never') await owner.lock();
}
