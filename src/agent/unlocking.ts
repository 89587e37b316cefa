import { isLetterboxError, LetterboxError } from '../protocol/errors.ts';
import type { Context } from './context.ts';
import type { Ports } from './ports.ts';

/** Pages that wait, in this run, for the person to unlock; a page of an earlier run asks again. */
export interface Unlocking {
  /** @returns whether it was unlocked */
  wait(): Promise<boolean>;
  settle(isUnlocked: boolean): void;
}

export function createUnlocking(): Unlocking {
  let waiting = Promise.withResolvers<boolean>();
  return {
    wait: () => waiting.promise,
    settle(isUnlocked) {
      waiting.resolve(isUnlocked);
      waiting = Promise.withResolvers();
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
export async function untilUnlocked(ctx: Context): Promise<void> {
  const unlocked = ctx.unlocking.wait(); // first, so that nothing falls between it and the look
  if (!(await isLocked(ctx))) return;
  await ctx.prompt.show();
  if (!(await unlocked)) throw new LetterboxError('locked', {});
}
