import type { OwnerApi } from '../../src/agent/owner-api.ts';

/** Whether there was input within so many seconds; `browser.idle.queryState` is one. */
export type QueryState = (seconds: number) => Promise<'active' | 'idle' | 'locked'>;

type Owner = Pick<OwnerApi, 'overview' | 'lock'>;

/** Locks the vault when the person has been away for as long as they chose. Asked each minute, so at most one late. */
export async function lockIfAway(owner: Owner, queryState: QueryState): Promise<void> {
  const { state, autoLock } = (await owner.overview()).vault;
  if (state !== 'open' || typeof autoLock === 'string') return;
  if ((await queryState(autoLock * 60)) !== 'active') await owner.lock();
}

/** The screen was locked, and with it the vault, unless the person chose never to. */
export async function lockWithScreen(owner: Owner): Promise<void> {
  const { state, autoLock } = (await owner.overview()).vault;
  if (state === 'open' && autoLock !== 'never') await owner.lock();
}
