import { Popup } from '../../../../extension/popup/popup.tsx';
import { show } from './show.tsx';

show(<Popup />);
