import { useState } from 'preact/hooks';
import type { ConnectedApp, InboxEntry, InboxPage, Overview, OwnerApi } from '../../src/agent/owner-api.ts';
import type { Origin } from '../../src/protocol/ids.ts';
import { Button, IconButton } from '../ui/controls.tsx';
import { count, dayOf, number } from '../ui/format.ts';
import { Grid } from '../ui/grid.tsx';
import { Heading } from '../ui/heading.tsx';
import { useLive } from '../ui/hooks.ts';
import { Icon } from '../ui/icons.tsx';
import { Fault } from '../ui/notices.tsx';
import { AppIcon, appTitle } from '../ui/people.tsx';
import { useWorld } from '../ui/world.ts';
import { Empty } from './empty.tsx';
import { MessageRow } from './message-row.tsx';
import { Notices } from './notices.tsx';
import { rowLeft, type Moves, type Place } from './places.ts';
import { shownTime } from './shown-time.ts';
import { SiteCard } from './site-card.tsx';

const PAGE = 50;
const MAX_LIMIT = 200;

interface InboxProps {
  readonly overview: Overview;
  readonly now: number;
  readonly moves: Moves;
  readonly left: Place | undefined;
  readonly filter: Origin | undefined;
  readonly onFilter: (app: Origin | undefined) => void;
}

/** Messages across the apps, newest first. */
export function Inbox({ overview, now, moves, left, filter, onFilter }: InboxProps) {
  const { owner } = useWorld();
  const [shown, setShown] = useState(PAGE);
  const page = useLive(() => newest(owner, filter, shown), `${shown} ${filter ?? ''}`);
  const entries = page.value?.entries;
  const apps = perApp(overview.apps);
  const empty = entries?.length === 0 && overview.requests === 0 && filter === undefined;
  return (
    <>
      <header class="popup-header">
        <Heading takesFocus={left !== undefined && left.at !== 'message'}>Inbox</Heading>
        {overview.unread > 0 && (
          <span class="badge" role="img" aria-label={`${number(overview.unread)} unread`}>
            {overview.unread > 99 ? '99+' : number(overview.unread)}
          </span>
        )}
        <span class="push" />
        <IconButton label="Sent" icon="sent" onClick={() => moves.go({ at: 'sent' })} />
      </header>
      {apps.length > 1 && !empty && <Chips apps={apps} filter={filter} onFilter={onFilter} />}
      <main class="scroll">
        <Notices overview={overview} />
        <SiteCard overview={overview} trouble />
        {overview.requests > 0 && filter === undefined && (
          <RequestsStrip requests={overview.requests} onOpen={() => moves.go({ at: 'requests' })} />
        )}
        <Fault error={page.error} />
        {empty && <Empty overview={overview} />}
        {entries !== undefined && entries.length > 0 && (
          <Days entries={entries} overview={overview} now={now} moves={moves} left={left} />
        )}
        {entries?.length === 0 && !empty && (
          <p class="nothing">No messages{filter === undefined ? '' : ' in this app'} yet.</p>
        )}
        {page.value?.cursor !== undefined && (
          <p class="more">
            <Button kind="quiet" onClick={() => setShown(shown + PAGE)}>
              Show older messages
            </Button>
          </p>
        )}
        {!empty && <SiteCard overview={overview} trouble={false} />}
      </main>
      {empty && <SiteCard overview={overview} trouble={false} />}
    </>
  );
}

/** Walks the pages until `wanted` entries are here or there are no more. */
async function newest(owner: OwnerApi, app: Origin | undefined, wanted: number): Promise<InboxPage> {
  const entries: InboxEntry[] = [];
  let cursor: string | undefined;
  do {
    const limit = Math.min(wanted - entries.length, MAX_LIMIT);
    const page = await owner.messages({
      limit,
      ...(app === undefined ? {} : { app }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    entries.push(...page.entries);
    cursor = page.cursor;
  } while (cursor !== undefined && entries.length < wanted);
  return { entries, ...(cursor === undefined ? {} : { cursor }) };
}

/** One for all accounts of an app, as the list is filtered. */
function perApp(accounts: readonly ConnectedApp[]): readonly ConnectedApp[] {
  const apps = new Map<Origin, ConnectedApp>();
  for (const one of accounts) {
    const unread = one.unread + (apps.get(one.app)?.unread ?? 0);
    apps.set(one.app, { ...one, unread });
  }
  return [...apps.values()];
}

interface ChipsProps extends Pick<InboxProps, 'filter' | 'onFilter'> {
  readonly apps: readonly ConnectedApp[];
}

function Chips({ apps, filter, onFilter }: ChipsProps) {
  return (
    <div class="chips" role="group" aria-label="Show messages of">
      <button
        type="button"
        class="chip"
        aria-pressed={filter === undefined}
        onClick={() => onFilter(undefined)}
      >
        All
      </button>
      {apps.map((app) => (
        <button
          key={app.app}
          type="button"
          class="chip"
          title={app.app}
          aria-pressed={filter === app.app}
          onClick={() => onFilter(filter === app.app ? undefined : app.app)}
        >
          <AppIcon app={app} />
          <span class="one-line">{appTitle(app.app, apps)}</span>
          {app.unread > 0 && <span class="chip-count">{number(app.unread)}</span>}
        </button>
      ))}
    </div>
  );
}

function RequestsStrip({ requests, onOpen }: { readonly requests: number; readonly onOpen: () => void }) {
  return (
    <button
      type="button"
      class="requests-strip"
      aria-label="Requests"
      aria-describedby="requests-waiting"
      onClick={onOpen}
    >
      <span class="strangers" aria-hidden="true">
        <span class="avatar unnamed">
          <Icon name="person" small />
        </span>
        {requests > 1 && (
          <span class="avatar unnamed">
            <Icon name="person" small />
          </span>
        )}
      </span>
      <span class="requests-words" id="requests-waiting">
        <span class="requests-count">{count(requests, 'request', 'requests')}</span>
        <span class="soft small">People you haven’t written with</span>
      </span>
      <Icon name="forward" />
    </button>
  );
}

interface DaysProps {
  readonly entries: readonly InboxEntry[];
  readonly overview: Overview;
  readonly now: number;
  readonly moves: Moves;
  readonly left: Place | undefined;
}

function Days({ entries, overview, now, moves, left }: DaysProps) {
  const days = groupByDay(entries, now);
  let index = 0;
  return (
    <Grid label="Messages" rows={entries.length} start={rowLeft(entries, left)}>
      {days.map(([day, ofDay]) => (
        <div role="rowgroup" aria-label={day} key={day} class="day">
          <div class="day-name" aria-hidden="true">
            {day}
          </div>
          {ofDay.map((entry) => (
            <MessageRow
              key={`${entry.inbox}/${entry.from}/${entry.id}`}
              index={index++}
              entry={entry}
              apps={overview.apps}
              onOpen={() =>
                moves.go({ at: 'message', key: { inbox: entry.inbox, from: entry.from, id: entry.id } })
              }
            />
          ))}
        </div>
      ))}
    </Grid>
  );
}

/** Entries come newest first; a clock that runs ahead counts as now. */
function groupByDay(
  entries: readonly InboxEntry[],
  now: number,
): readonly (readonly [string, InboxEntry[]])[] {
  const days = new Map<string, InboxEntry[]>();
  for (const entry of entries) {
    const day = dayOf(Math.min(shownTime(entry), now), now);
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return [...days];
}
