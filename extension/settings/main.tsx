import { browserWorld } from '../ui/browser-world.ts';
import { mount } from '../ui/mount.tsx';
import { Settings } from './settings.tsx';

mount(browserWorld(), <Settings />);
