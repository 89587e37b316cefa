import { browserWorld } from '../ui/browser-world.ts';
import { mount } from '../ui/mount.tsx';
import { Popup } from './popup.tsx';

mount(browserWorld(), <Popup />);
