import { Approve } from '../../../../extension/approve/approve.tsx';
import type { AskForWallet } from '../../../../extension/approve/wallet-way.tsx';
import { show } from './show.tsx';

/** No tab is beside the harness: the test says what comes of asking in it. */
const askWallet: AskForWallet = async ({ id }) => {
  globalThis.outside.calls.push({ method: 'askWallet', args: [id] });
  return globalThis.walletAnswer ?? { session: { appPrivateKey: '11'.repeat(32) } };
};

declare global {
  // oxlint-disable-next-line no-var -- how a global is declared
  var walletAnswer: Awaited<ReturnType<AskForWallet>> | undefined;
}

show(<Approve askWallet={askWallet} />);
