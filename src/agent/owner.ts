import { openApprovals } from './approval-views.ts';
import { decideRow } from './approvals.ts';
import { deliverAgain, disconnect, requireServer, setServers, stopDelivery, testServer } from './apps.ts';
import { exportLines } from './exporting.ts';
import { importLines } from './importing.ts';
import { keptApps } from './kept-apps.ts';
import { eraseApp } from './erasing-app.ts';
import { grant, revoke } from './granting.ts';
import { finishApproved } from './approved.ts';
import type { Context } from './context.ts';
import { redeemInvite } from './invites.ts';
import { message, messages, requests } from './inbox.ts';
import { offerSession, readSession, requireShown } from './offering.ts';
import { acceptMoved, cancelSend, outboxItems, retrySend, sendForOwner } from './owner-outbox.ts';
import { serverKey, walkAgain } from './link-rows.ts';
import type { OwnerApi } from './owner-api.ts';
import { overview, type Now } from './overview.ts';
import { accept, block, blocked, dismiss, unblock } from './people.ts';
import { letAsk } from './quiet.ts';
import { markRead, removeEntries } from './reading.ts';
import { retryEntry } from './retrying.ts';
import { readSettings, saveSettings } from './settings.ts';
import { makeAllDue, makeServerDue } from './due.ts';
import { vaultCalls, whileUnlocked } from './vault.ts';

interface Run extends Now {
  readonly work: () => Promise<void>;
  /** Closes the hint sockets. */
  readonly hush: () => void;
}

/** Everything that the person may do: a table of contents. */
export function createOwner(ctx: Context, run: Run): OwnerApi {
  return whileUnlocked(ctx, {
    ...vaultCalls(ctx, run.hush),
    overview: () => overview(ctx, run),
    messages: (query) => messages(ctx, query),
    message: (key) => message(ctx, key),
    requests: () => requests(ctx),
    outbox: () => outboxItems(ctx),

    markRead: (keys, read) => markRead(ctx, keys, read),
    remove: (keys) => removeEntries(ctx, keys),
    retry: (key) => retryEntry(ctx, key),
    send: (asked) => sendForOwner(ctx, asked),
    retrySend: (id) => retrySend(ctx, id),
    acceptMoved: (id) => acceptMoved(ctx, id),
    cancelSend: (id) => cancelSend(ctx, id),

    accept: (sender) => accept(ctx, sender),
    block: (sender) => block(ctx, sender),
    dismiss: (sender) => dismiss(ctx, sender),
    unblock: (sender) => unblock(ctx, sender),
    blocked: () => blocked(ctx),

    disconnect: (inbox) => disconnect(ctx, inbox),
    grant: (app, powers) => grant(ctx, app, powers),
    revoke: (app, power) => revoke(ctx, app, power),
    letAsk: (app) => letAsk(ctx, app),
    setServers: (inbox, servers) => setServers(ctx, inbox, servers),
    stopDelivery: (inbox) => stopDelivery(ctx, inbox),
    deliverAgain: (inbox) => deliverAgain(ctx, inbox),
    redeemInvite: (invite) => redeemInvite(ctx, invite, run.work),
    testServer: (url) => testServer(ctx, url),

    exportLines: (keys, cursor) => exportLines(ctx, keys, cursor),
    importLines: (batch) => importLines(ctx, batch),
    keptApps: () => keptApps(ctx),
    eraseApp: (inbox, how) => eraseApp(ctx, inbox, how),

    approvals: () => openApprovals(ctx),
    async decide(id, decision) {
      if (decision.approve) await requireShown(ctx, id);
      if (decision.approve && decision.server) await requireServer(ctx, decision.server);
      const approved = await decideRow(ctx, id, decision);
      if (approved !== undefined) await finishApproved(ctx, approved);
    },

    readSession: (id) => readSession(ctx, id),
    offerSession: (offer) => offerSession(ctx, offer),

    async syncNow() {
      await makeAllDue(ctx);
      await ctx.store.write(['links'], walkAgain);
      await run.work();
    },
    async syncServer({ inbox, server }) {
      await makeServerDue(ctx, inbox, serverKey(server));
      await run.work();
    },
    settings: () => readSettings(ctx.store),
    async saveSettings(change) {
      await saveSettings(ctx.store, change);
      ctx.notifier.changed();
      ctx.kick();
    },
  });
}
