import type { ServerEntry } from '../../src/protocol/record.ts';
import { hostOf } from '../ui/format.ts';

const TYPE_WORDS = { gaia: 'Dead drop in storage', matrix: 'Matrix', radiks: 'Radiks' } as const;

export function ServerHost({ entry }: { readonly entry: ServerEntry }) {
  return (
    <p class="server-host">
      <bdi dir="ltr" title={entry.url}>
        {hostOf(entry.url)}
      </bdi>
      {entry.type !== 'letterbox' && <span class="faint"> {TYPE_WORDS[entry.type]}</span>}
    </p>
  );
}
