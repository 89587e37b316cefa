import { isLetterboxError, LetterboxError } from '../protocol/errors.ts';
import type { Origin } from '../protocol/ids.ts';
import type { Context } from './context.ts';
import type { Ports } from './ports.ts';

/** Pages that wait, in this run, for the person to unlock; a page of an earlier run asks again. */
export interface Unlocking {
  /** @returns whether it was unlocked */
  wait(): Promise<boolean>;
  /** The window is up for this app, too. */
  note(app: Origin): void;
  /** Those that it is up for. */
  apps(): readonly Origin[];
  settle(isUnlocked: boolean): void;
}

export function createUnlocking(): Unlocking {
  let waiting = Promise.withResolvers<boolean>();
  let apps = new Set<Origin>();
  return {
    wait: () => waiting.promise,
    note: (app) => void apps.add(app),
    apps: () => [...apps],
    settle(isUnlocked) {
      waiting.resolve(isUnlocked);
      waiting = Promise.withResolvers();
      apps = new Set();
    },
  };
}

export async function isLocked({ vault }: Pick<Ports, 'vault'>): Promise<boolean> {
  return (await vault.state()).state === 'locked';
}

/** @throws LetterboxError `locked` */
export async function requireUnlocked(ports: Pick<Ports, 'vault'>): Promise<void> {
  if (await isLocked(ports)) throw new LetterboxError('locked', {});
}

/**
 * What was under way when the vault was locked finds the store closed and ends there, as it would with the worker; it is
 * done again after unlocking. Everything else goes on.
 */
export function unlessLocked(error: unknown): void {
  if (!isLetterboxError(error, 'locked')) throw error;
}

/**
 * Shows the window, which asks for the passphrase, and goes on once it is there. Nothing is looked up before.
 * @throws LetterboxError `locked` where the window was closed instead
 */
export async function untilUnlocked(ctx: Context, app: Origin): Promise<void> {
  const unlocked = ctx.unlocking.wait(); // first, so that nothing falls between it and the look
  if (!(await isLocked(ctx))) return;
  ctx.unlocking.note(app);
  await ctx.prompt.show();
  if (!(await unlocked)) throw new LetterboxError('locked', {});
}
