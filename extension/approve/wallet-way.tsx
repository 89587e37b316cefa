import { useState } from 'preact/hooks';
import type { ConnectApproval } from '../../src/agent/owner-api.ts';
import { Button } from '../ui/controls.tsx';
import { hostOf } from '../ui/format.ts';
import { useAction } from '../ui/hooks.ts';
import { Banner, Fault } from '../ui/notices.tsx';
import { useWorld } from '../ui/world.ts';
import type { WalletAnswer } from '../wallet/answer.ts';

type WalletProblem = Extract<WalletAnswer, { problem: string }>['problem'];

/** Has the person pick a wallet in the app's tab. What it takes is loaded then. */
export type AskForWallet = (
  approval: ConnectApproval,
) => Promise<{ readonly session: unknown } | { readonly problem: WalletProblem }>;

interface WalletWayProps {
  readonly approval: ConnectApproval;
  readonly askWallet: AskForWallet;
  readonly onSession: () => void;
}

/** For an app that has handed nothing over: the wallet gives the key, in the app's own tab. */
export function WalletWay({ approval, askWallet, onSession }: WalletWayProps) {
  const { owner } = useWorld();
  const [problem, setProblem] = useState<WalletProblem | undefined>();
  const ask = useAction(async () => {
    setProblem(undefined);
    const answer = await askWallet(approval);
    if ('problem' in answer) {
      setProblem(answer.problem);
      return;
    }
    await owner.offerSession({ app: approval.app, session: answer.session, question: approval.id });
    onSession();
  });
  return (
    <div class="wallet-way">
      <p class="wallet-offer">
        <span class="soft small" role="status">
          {ask.busy ? `Choose your wallet in the tab of ${hostOf(approval.app)}.` : 'Not signed in there?'}
        </span>
        <Button size="small" busy={ask.busy} onClick={() => void ask.run()}>
          Connect with your wallet
        </Button>
      </p>
      {problem !== undefined && <Problem problem={problem} app={approval.app} />}
      <Fault error={ask.error} />
    </div>
  );
}

const WORDS: { readonly [Problem in WalletProblem]: readonly [what: string, todo: string] } = {
  none: [
    'No wallet is in that tab',
    'Install one, such as Leather or Xverse, reload the app’s page and try again. With a Secret Key you can connect in Settings.',
  ],
  closed: ['No wallet was chosen', 'Nothing was shared. You can try again.'],
  declined: ['The wallet gave no key', 'You declined it there, or it can’t. Nothing was shared.'],
  keyless: [
    'This wallet gives apps no key',
    'Choose another one. With a Secret Key you can connect in Settings.',
  ],
  elsewhere: ['The app’s tab is gone', 'Open the app and connect from there again.'],
};

function Problem({ problem, app }: { readonly problem: WalletProblem; readonly app: string }) {
  const [what, todo] = WORDS[problem];
  return (
    <Banner kind={problem === 'closed' ? 'neutral' : 'caution'} icon="key" what={what}>
      {problem === 'elsewhere' ? todo.replace('the app', hostOf(app)) : todo}
    </Banner>
  );
}
