import { Settings } from '../../../../extension/settings/settings.tsx';
import { show } from './show.tsx';

show(<Settings />);
