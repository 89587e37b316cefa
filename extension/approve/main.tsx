import { approvalWorld } from '../ui/browser-world.ts';
import { mount } from '../ui/mount.tsx';
import { Approve } from './approve.tsx';
import type { AskForWallet } from './wallet-way.tsx';

const askWallet: AskForWallet = async (approval) => (await import('./ask-wallet.ts')).askWallet(approval);

mount(approvalWorld(), <Approve askWallet={askWallet} />);
