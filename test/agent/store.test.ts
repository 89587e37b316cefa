import 'fake-indexeddb/auto';
import { createKeyring } from '../../extension/platform/keyring.ts';
import { openStore } from '../../extension/platform/store.ts';
import { agentStoreContract } from '../contracts/agent-store.ts';
import { createMemoryArea } from './memory-area.ts';
import { random } from './world.ts';

const clock = { now: () => 1_795_300_000_000 };

agentStoreContract('without a vault', async (name) => {
  const disk = await openStore(name);
  const { store } = createKeyring({ session: createMemoryArea(), disk, clock, random });
  return { ...store, close: disk.close };
});

agentStoreContract('sealed', async (name) => {
  const disk = await openStore(name);
  const { store, vault } = createKeyring({ session: createMemoryArea(), disk, clock, random });
  const { state } = await vault.state();
  await (state === 'none' ? vault.create('four quiet herons') : vault.unlock('four quiet herons'));
  return { ...store, close: disk.close };
});
