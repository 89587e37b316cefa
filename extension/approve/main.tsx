import { browserWorld } from '../ui/browser-world.ts';
import { mount } from '../ui/mount.tsx';
import { Approve } from './approve.tsx';

mount(browserWorld(), <Approve />);
