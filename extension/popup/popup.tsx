import { useCallback, useEffect, useState } from 'preact/hooks';
import type { Overview } from '../../src/agent/owner-api.ts';
import type { Origin } from '../../src/protocol/ids.ts';
import { useLive, useNow, type Live } from '../ui/hooks.ts';
import { Locked } from '../ui/locked.tsx';
import { asWire, Banner, DevelopmentNotice } from '../ui/notices.tsx';
import { Toast } from '../ui/toast.tsx';
import { VaultProgress } from '../ui/vault-progress.tsx';
import { wordsFor } from '../ui/words.ts';
import { useWorld } from '../ui/world.ts';
import { Inbox } from './inbox.tsx';
import { Message } from './message.tsx';
import { above, type Moves, type Place } from './places.ts';
import { Request } from './request.tsx';
import { Requests } from './requests.tsx';
import { Sent } from './sent.tsx';
import { StatusBar } from './status-bar.tsx';

interface Said {
  readonly text: string;
  readonly undo?: (() => void) | undefined;
}

interface Way {
  readonly place: Place;
  /** Where one was before: what was opened there gets the focus back. */
  readonly left?: Place;
}

/** The whole popup: one place at a time, and the status line beneath. */
export function Popup() {
  const { owner } = useWorld();
  const overview = useLive(() => owner.overview());
  const now = useNow();
  const [{ place, left }, setWay] = useState<Way>({ place: { at: 'inbox' } });
  const [filter, setFilter] = useState<Origin | undefined>();
  const [said, setSaid] = useState<Said | undefined>();
  const go = useCallback((to: Place) => setWay((way) => ({ place: to, left: way.place })), []);
  const back = useCallback(
    () => setWay((way) => ({ place: above(way.place) ?? way.place, left: way.place })),
    [],
  );
  useEscape(place, back);
  const forget = useCallback(() => setSaid(undefined), []);
  const moves: Moves = {
    go,
    back,
    say: (text, undo) => {
      setSaid({
        text,
        undo:
          undo &&
          (() => {
            undo();
            setSaid(undefined);
          }),
      });
    },
  };
  const apps = overview.value?.apps ?? [];
  if (overview.value?.vault.state === 'locked') {
    return (
      <div class="popup-frame">
        <DevelopmentNotice on={overview.value.development} />
        <Locked overview={overview.value} />
      </div>
    );
  }
  return (
    <div class="popup-frame">
      <DevelopmentNotice on={overview.value?.development ?? false} />
      {overview.value === undefined && <Waiting error={overview.error} />}
      {overview.value !== undefined && place.at === 'inbox' && (
        <Inbox
          left={left}
          overview={overview.value}
          now={now}
          moves={moves}
          filter={filter}
          onFilter={setFilter}
        />
      )}
      {place.at === 'message' && (
        <Message key={place.key.id} id={place.key} apps={apps} now={now} moves={moves} />
      )}
      {place.at === 'requests' && <Requests left={left} apps={apps} now={now} moves={moves} />}
      {place.at === 'request' && <Request id={place.key} apps={apps} now={now} moves={moves} />}
      {place.at === 'sent' && <Sent apps={apps} now={now} moves={moves} />}
      {said !== undefined && <Toast text={said.text} undo={said.undo} onGone={forget} />}
      {overview.value !== undefined && place.at === 'inbox' && <StatusBar overview={overview.value} />}
    </div>
  );
}

/** Nothing is known yet: it comes in a moment, or once what is here is encrypted, or there is a reason why not. */
function Waiting({ error }: Pick<Live<Overview>, 'error'>) {
  const words = error && wordsFor(asWire(error));
  return (
    <main class="scroll padded">
      {words === undefined ? (
        <VaultProgress />
      ) : (
        <div role="alert">
          <Banner kind="danger" icon="alert" what={words.what}>
            {words.todo}
          </Banner>
        </div>
      )}
    </main>
  );
}

/** Escape leads back; at the inbox it stays the browser's, which closes the popup. */
function useEscape(place: Place, back: () => void): void {
  useEffect(() => {
    if (above(place) === undefined) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented || document.querySelector('dialog[open]') !== null)
        return;
      event.preventDefault();
      back();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [place, back]);
}
