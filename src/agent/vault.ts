import { settleGone } from './approvals.ts';
import type { Context } from './context.ts';
import { forgetCounts } from './counting.ts';
import { makeAllDue } from './due.ts';
import type { OwnerApi } from './owner-api.ts';
import type { VaultApi } from './owner-settings.ts';
import { tellApp } from './page-events.ts';
import { SCHEMA, type TableName } from './store.ts';
import { requireUnlocked } from './unlocking.ts';

/** What can be asked while the vault is locked; `overview` looks by itself. */
const WHILE_LOCKED: ReadonlySet<string> = new Set<keyof OwnerApi>(['overview', 'unlock', 'lock', 'eraseAll']);

/** What is lost with a forgotten passphrase: whoever has this browser in hand must not get to read by erasing. */
const TABLES = Object.keys(SCHEMA) as TableName[];

/** An owner that answers `locked` to everything else while the vault is. */
export function whileUnlocked(ctx: Context, owner: OwnerApi): OwnerApi {
  const guarded = Object.entries(owner).map(([name, call]: [string, (...args: never[]) => unknown]) => [
    name,
    WHILE_LOCKED.has(name)
      ? call
      : async (...args: never[]) => {
          await requireUnlocked(ctx);
          return call(...args);
        },
  ]);
  return Object.fromEntries(guarded) as OwnerApi;
}

/** @param hush closes the hint sockets */
export function vaultCalls(ctx: Context, hush: () => void): VaultApi {
  const isChanged = (): void => {
    ctx.notifier.changed();
    ctx.kick();
  };

  /** Keys first; then what was made with them. What is under way with one comes to its end. */
  async function lock(): Promise<void> {
    await ctx.vault.lock();
    hush();
    ctx.buckets.forgetAll();
    await ctx.store.write(['counts'], forgetCounts);
    isChanged();
  }

  return {
    lock,
    async setPassphrase(passphrase) {
      await ctx.vault.create(passphrase);
      await makeAllDue(ctx); // each server is asked for what a locked agent needs there
      isChanged();
    },
    passphraseProgress: async () => ctx.vault.progress(),
    async unlock(passphrase) {
      await ctx.vault.unlock(passphrase);
      await settleGone(ctx);
      ctx.unlocking.settle(true);
      await makeAllDue(ctx);
      isChanged();
    },
    changePassphrase: (from, to) => ctx.vault.change(from, to),
    async removePassphrase(passphrase) {
      await ctx.vault.remove(passphrase);
      await ctx.store.write(['counts'], (tx) => tx.clear('counts')); // nothing is locked any more
      isChanged();
    },
    async eraseAll(settingsToo = false) {
      await lock();
      await ctx.keys.forget();
      const apps = await ctx.store.write(TABLES, async (tx) => {
        const granted = await tx.list('grants'); // of a locked vault, too
        for (const table of TABLES) if (settingsToo || table !== 'settings') await tx.clear(table);
        return granted.map(({ app }) => app);
      });
      for (const app of apps) tellApp(ctx, app, 'disconnect', { reason: 'revoked' });
      ctx.unlocking.settle(false);
      isChanged();
    },
  };
}
