import { useRef, useState } from 'preact/hooks';
import type { Registries as Saved } from '../../src/agent/owner-api.ts';
import { LinkButton } from '../ui/controls.tsx';
import { hostOf, number } from '../ui/format.ts';
import { tidyPlace } from '../ui/server-address.ts';
import { Mover, moved } from './mover.tsx';
import { PlaceField } from './place-field.tsx';

const KINDS = [
  {
    kind: 'bns',
    label: 'Name registry',
    hint: 'Where names that end in .id.blockstack are looked up before they count as proven. It learns which names you meet.',
    more: 'Add a name registry',
  },
  {
    kind: 'bnsv2',
    label: 'Registry for .btc names',
    hint: 'Where names like alice.btc are looked up.',
    more: 'Add a registry for .btc names',
  },
] as const;

interface RegistriesProps {
  readonly saved: Saved;
  readonly onSave: (change: Partial<Saved>) => Promise<unknown>;
}

/** Whom names are asked of, in order, for each kind of name. Emptying a field takes its registry out. */
export function Registries({ saved, onSave }: RegistriesProps) {
  return (
    <section class="card" aria-label="Name registries">
      <div class="card-form">
        {KINDS.map(({ kind, ...words }) => (
          <RegistryList
            key={kind}
            {...words}
            urls={saved[kind]}
            onSave={(urls) => onSave({ [kind]: urls })}
          />
        ))}
        <p class="faint small">
          The first that knows a name is believed; the next is asked where one doesn’t know it or doesn’t
          answer. Without a registry, people are shown by their address.
        </p>
      </div>
    </section>
  );
}

interface RegistryListProps {
  readonly label: string;
  readonly hint: string;
  readonly more: string;
  readonly urls: readonly string[];
  readonly onSave: (urls: readonly string[]) => Promise<unknown>;
}

function RegistryList({ label, hint, more, urls, onSave }: RegistryListProps) {
  const [wanted, setAdding] = useState(false);
  const rows = useRowKeys();
  const adding = wanted || urls.length === 0;
  const shown = adding ? [...urls, ''] : urls;
  const save = (place: number, url: string) => {
    setAdding(false);
    if (url === '') rows.remove(place);
    void onSave(shown.with(place, url).filter((one) => one !== ''));
  };
  const move = (place: number, by: 1 | -1) => {
    rows.move(place, by);
    return onSave(moved(urls, place, by));
  };
  return (
    <>
      {shown.map((url, place) => {
        const isFirst = place === 0;
        const isMovable = urls.length > 1 && url !== '';
        return (
          <div key={rows.keyOf(place)} class={isMovable ? 'field-and-button' : ''}>
            <PlaceField
              label={isFirst ? label : `${label} ${number(place + 1)}`}
              {...(isFirst ? { hint } : {})}
              saved={url}
              tidy={tidyPlace}
              onSave={(typed) => save(place, typed)}
            />
            {isMovable && (
              <span class="movers">
                <Mover
                  name={hostOf(url)}
                  isFirst={isFirst}
                  isLast={place === urls.length - 1}
                  onMove={(by) => move(place, by)}
                />
              </span>
            )}
          </div>
        );
      })}
      {!adding && (
        <p>
          <LinkButton onClick={() => setAdding(true)}>{more}</LinkButton>
        </p>
      )}
    </>
  );
}

/** Keys for rows whose text can be edited: they go along when a row moves, and stay when it is typed into. */
function useRowKeys() {
  const keys = useRef<number[]>([]);
  const next = useRef(0);
  return {
    keyOf: (place: number): number => (keys.current[place] ??= next.current++),
    move(place: number, by: 1 | -1) {
      keys.current = moved(keys.current, place, by);
    },
    remove(place: number) {
      keys.current.splice(place, 1);
    },
  };
}
