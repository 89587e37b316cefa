import { describe } from 'vitest';
import { describeStore } from '../../contracts/store.ts';
import { isThere, newStoreUrl, openStore } from '../nats/store.ts';

describe.skipIf(!isThere)('the store on NATS', () => {
  describeStore('NATS, a cluster of three', { erases: 'engine' }, () => openStore(newStoreUrl()));
});
