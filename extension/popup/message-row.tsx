import type { ConnectedApp, InboxEntry } from '../../src/agent/owner-api.ts';
import { timeOfDay } from '../ui/format.ts';
import { GridRow } from '../ui/grid.tsx';
import { Icon } from '../ui/icons.tsx';
import { appTitle, Avatar, calledShort, SenderName, spokenSender } from '../ui/people.tsx';
import { wordsFor } from '../ui/words.ts';
import { shownTime } from './shown-time.ts';

interface MessageRowProps {
  readonly index: number;
  readonly entry: InboxEntry;
  readonly apps: readonly ConnectedApp[];
  readonly onOpen: () => void;
}

export function MessageRow({ index, entry, apps, onOpen }: MessageRowProps) {
  const app = apps.find(({ inbox }) => inbox === entry.inbox) ?? { app: entry.app };
  const time = timeOfDay(shownTime(entry));
  return (
    <GridRow
      index={index}
      label={spoken(entry, apps, time)}
      kind={entry.read ? 'read' : 'unread'}
      onOpen={onOpen}
    >
      <span class="dot" aria-hidden="true" />
      <Avatar name={entry.sender.name?.name} address={entry.from} app={app} />
      <span class="row-main">
        <span class="row-head">
          <SenderName sender={entry.sender} />
          <span class="time">{time}</span>
        </span>
        <Summary entry={entry} />
      </span>
    </GridRow>
  );
}

function Summary({ entry }: { readonly entry: InboxEntry }) {
  const { content, sender } = entry;
  if (content.state === 'fetching')
    return <span class="row-text faint one-line">Being fetched from their storage…</span>;
  if (content.state === 'unreadable') {
    return (
      <span class="row-text caution-line">
        <Icon name="warning" small />
        <span class="one-line">Can’t be read. {wordsFor(content.reason, about(sender)).what}</span>
      </span>
    );
  }
  if (content.subject === undefined && content.text.trim() === '') {
    return <span class="row-text faint one-line">Without words</span>;
  }
  return (
    <span class="row-text one-line" dir="auto">
      {content.subject !== undefined && <span class="subject">{content.subject}</span>}
      <span class={content.subject === undefined ? 'subject' : 'gist'}>{firstLine(content.text)}</span>
    </span>
  );
}

/** “Unread. ines.id.blockstack, name proven, in Almanac. Dinner on Friday. 10:42.” */
function spoken(entry: InboxEntry, apps: readonly ConnectedApp[], time: string): string {
  const { content, sender } = entry;
  const text =
    content.state === 'readable'
      ? (content.subject ?? (firstLine(content.text) || 'Without words'))
      : content.state === 'fetching'
        ? 'Being fetched'
        : `Can’t be read. ${wordsFor(content.reason, about(sender)).what}`;
  const unread = entry.read ? '' : 'Unread. ';
  return `${unread}${spokenSender(sender)}, in ${appTitle(entry.app, apps)}. ${ended(text)} ${time}.`;
}

function about(sender: InboxEntry['sender']) {
  return sender.name === undefined ? {} : { who: calledShort(sender) };
}

function ended(text: string): string {
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}

/** The beginning of a text as one line: what fits in a row, and no more than that is laid out. */
function firstLine(text: string): string {
  return text.slice(0, 200).replaceAll(/\s+/g, ' ').trim();
}
