import { errorToWire, isLetterboxError } from '../protocol/errors.ts';
import type { Context } from './context.ts';
import type { ImportedApp } from './data-api.ts';
import { questionFor } from './page-connect.ts';
import { IMPORT } from './place.ts';
import type { PortableApp } from './portable.ts';
import { parseSession } from './session.ts';
import { placesOf, readSettings } from './settings.ts';

/**
 * Asks about each key of a file as if the app's page had handed it over: its hub is asked for its bucket, and the person
 * sees name, bucket, hub and server before it counts. What has a key at hand is not asked about. docs/protocol.md#10
 */
export async function askForKeys(
  ctx: Context,
  apps: readonly ImportedApp[],
  lines: readonly PortableApp[],
): Promise<ImportedApp[]> {
  const asked: ImportedApp[] = [];
  for (const app of apps) {
    const line = lines.find(({ address }) => address === app.inbox);
    const now = app.key === 'asks' && line !== undefined ? await askFor(ctx, app, line) : app;
    asked.push(now);
    // at once: the next one's storage may take its time
    if (now.key === 'asks' && now.problem === undefined) await ctx.prompt.show();
  }
  return asked;
}

async function askFor(ctx: Context, app: ImportedApp, line: PortableApp): Promise<ImportedApp> {
  const row = await ctx.store.read(['inboxes'], (tx) => tx.get('inboxes', line.address));
  const isAtHand = row?.state === 'open' && (await ctx.keys.get(line.address)) !== undefined;
  if (isAtHand) return { ...app, key: 'here' };
  try {
    await ask(ctx, line);
    return app;
  } catch (error) {
    if (!isLetterboxError(error)) throw error;
    return { ...app, problem: errorToWire(error) };
  }
}

async function ask(ctx: Context, { address, app, hub, username, key, ...shown }: PortableApp): Promise<void> {
  const found = { ...key, hubUrl: hub, address, username };
  const session = parseSession(found, app, placesOf(await readSettings(ctx.store)));
  const { appName, icon, servers } = shown;
  const server = servers.find(({ type }) => type === 'letterbox')?.url;
  const caller = { app, place: IMPORT, request: IMPORT };
  const options = {
    ...(appName === undefined ? {} : { appName }),
    ...(icon === undefined ? {} : { icon }),
    ...(server === undefined ? {} : { server }),
  };
  await questionFor(ctx, caller, options, session);
}
