import type { ConnectApproval } from '../../src/agent/owner-api.ts';
import { startHandshake } from '../../src/wallet/handshake.ts';
import { clock } from '../platform/clock.ts';
import { random } from '../platform/random.ts';
import { askWalletIn } from '../platform/wallet-tab.ts';
import { hostOf } from '../ui/format.ts';
import type { AskForWallet } from './wallet-way.tsx';

/** The handshake with the wallet that the person picks in the app's tab; its transit key is in this window alone. */
export const askWallet: AskForWallet = async ({ app, appName, place }: ConnectApproval) => {
  if (place === undefined) return { problem: 'elsewhere' };
  const handshake = startHandshake({ app, appName: appName ?? hostOf(app), clock, random });
  const answer = await askWalletIn(place, app, handshake.request);
  return 'problem' in answer ? answer : { session: await handshake.open(answer.response) };
};
