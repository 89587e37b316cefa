import { Approve } from '../../../../extension/approve/approve.tsx';
import { show } from './show.tsx';

show(<Approve />);
