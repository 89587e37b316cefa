import { stacksCipher } from '../../src/protocol/envelope.ts';
import { parsePrivateKey, publicKeyOf } from '../../src/protocol/ids.ts';
import type { Area } from '../frame/area.ts';
import { inTurn } from '../frame/timing.ts';
import { openWorkbench, type BrowserName } from './workbench.ts';

const ENVELOPES = 600;
/** So many before the other has its turn, within a round: what else the machine does hits both alike. */
const SLICE = 60;
/** Characters: a short message. */
const LENGTH = 200;
const KEY = parsePrivateKey('02'.repeat(32));

/** Opening envelopes in the extension's worker against @stacks/encryption there, on the same ones. */
export function opening(name: BrowserName, row: string): Area {
  return {
    rounds: 15,
    warmUps: 3,
    async open() {
      const texts = Array.from({ length: ENVELOPES }, (_, n) => String(n).padEnd(LENGTH, '.'));
      const envelopes = await Promise.all(texts.map((text) => stacksCipher.seal(text, publicKeyOf(KEY))));
      const workbench = await openWorkbench(name);
      const time = (by: 'worker' | 'stacks', slice: readonly string[]): Promise<number> =>
        workbench.run({ job: 'open', by, envelopes: slice, key: KEY });
      return {
        async round() {
          let [ours, theirs] = [0, 0];
          for (let at = 0; at < ENVELOPES; at += SLICE) {
            const slice = envelopes.slice(at, at + SLICE);
            const [mine, other] = await inTurn(
              at / SLICE,
              () => time('worker', slice),
              () => time('stacks', slice),
            );
            ours += mine;
            theirs += other;
          }
          const perSecond = (milliseconds: number): number => (ENVELOPES / milliseconds) * 1000;
          const against = { name: '@stacks/encryption in the same worker', value: perSecond(theirs) };
          const sample = { name: row, value: perSecond(ours), unit: 'per second', against } as const;
          return [{ ...sample, wanted: { atLeast: 3 } }];
        },
        close: () => workbench.close(),
      };
    },
  };
}
