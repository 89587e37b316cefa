import type { OwnerApi } from '../../src/agent/owner-api.ts';
import { errorToWire } from '../../src/protocol/errors.ts';
import type { EraseAnswer } from '../platform/erase-wire.ts';
import type { OriginRegistry } from '../platform/origin-registry.ts';

/** A storage area of the browser, as far as erasing goes. */
interface Area {
  get(name: string): Promise<Record<string, unknown>>;
  set(items: Record<string, unknown>): Promise<void>;
  clear(): Promise<void>;
}

interface ErasingParts {
  readonly owner: () => Promise<Pick<OwnerApi, 'eraseAll'>>;
  readonly origins: Pick<OriginRegistry, 'sites' | 'disable' | 'disableEverywhere'>;
  readonly local: Area;
  readonly session: Area;
  readonly permissions: {
    getAll(): Promise<{ origins?: string[] }>;
    remove(given: { origins: string[] }): Promise<boolean>;
  };
}

/** Everything that is kept goes, at the end the note that it has to: what was cut off is finished by the next start. */
export interface Erasing {
  begin(): Promise<EraseAnswer>;
  /** Does nothing where nothing was begun. */
  finish(): Promise<void>;
}

const NOTE = 'erasing';

export function createErasing({ owner, origins, local, session, permissions }: ErasingParts): Erasing {
  async function finish(): Promise<void> {
    if ((await local.get(NOTE))[NOTE] !== true) return;
    await (await owner()).eraseAll(true);
    const { on, withheld } = await origins.sites();
    for (const origin of [...on, ...withheld]) await origins.disable(origin);
    await origins.disableEverywhere();
    const { origins: left = [] } = await permissions.getAll();
    if (left.length > 0) await permissions.remove({ origins: left }); // of a site that was off the list already
    await session.clear();
    await local.clear();
  }

  return {
    finish,
    async begin() {
      try {
        await local.set({ [NOTE]: true });
        await finish();
        return { erased: true };
      } catch (error) {
        return { error: errorToWire(error) };
      }
    },
  };
}
