import { stacksCipher } from '../../src/protocol/envelope.ts';
import { parsePrivateKey, publicKeyOf } from '../../src/protocol/ids.ts';
import type { Area } from '../frame/area.ts';
import { inTurn } from '../frame/timing.ts';
import { openWorkbench, type BrowserName } from './workbench.ts';

const ENVELOPES = 300;
/** Characters: a short message. */
const LENGTH = 200;
const KEY = parsePrivateKey('02'.repeat(32));

/** Opening envelopes in the extension's worker against @stacks/encryption there, on the same ones. */
export function opening(name: BrowserName, row: string): Area {
  return {
    rounds: 11,
    warmUps: 3,
    async open() {
      const texts = Array.from({ length: ENVELOPES }, (_, n) => String(n).padEnd(LENGTH, '.'));
      const envelopes = await Promise.all(texts.map((text) => stacksCipher.seal(text, publicKeyOf(KEY))));
      const workbench = await openWorkbench(name);
      const perSecond = async (by: 'worker' | 'stacks'): Promise<number> =>
        (ENVELOPES / (await workbench.run({ job: 'open', by, envelopes, key: KEY }))) * 1000;
      return {
        async round(index) {
          const [value, peer] = await inTurn(
            index,
            () => perSecond('worker'),
            () => perSecond('stacks'),
          );
          const against = { name: '@stacks/encryption in the same worker', value: peer };
          return [{ name: row, value, unit: 'per second', against, wanted: { atLeast: 3 } }];
        },
        close: () => workbench.close(),
      };
    },
  };
}
