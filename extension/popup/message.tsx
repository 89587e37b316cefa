import { useEffect, useRef, useState } from 'preact/hooks';
import type { ConnectedApp, EntryKey, InboxEntry } from '../../src/agent/owner-api.ts';
import { Button, Confirm, IconButton, LinkButton } from '../ui/controls.tsx';
import { dayAndTime } from '../ui/format.ts';
import { Heading } from '../ui/heading.tsx';
import { useAction, useLive } from '../ui/hooks.ts';
import { Banner, ErrorDetails, Fault } from '../ui/notices.tsx';
import { AppIcon, appTitle, Avatar, calledShort, SenderClaim, SenderName } from '../ui/people.tsx';
import { wordsFor } from '../ui/words.ts';
import { useWorld } from '../ui/world.ts';
import { Answers } from './answers.tsx';
import { shownTime } from './shown-time.ts';
import { PlaceHeader } from './place-header.tsx';
import type { Moves } from './places.ts';
import { Reply } from './reply.tsx';

interface MessageProps {
  readonly id: EntryKey;
  readonly apps: readonly ConnectedApp[];
  readonly now: number;
  readonly moves: Moves;
}

/** One message, its answers, and a field to answer in. */
export function Message({ id, apps, now, moves }: MessageProps) {
  const { owner } = useWorld();
  const entry = useLive(async () => ({ found: await owner.message(id) }), id.id);
  const [deleting, setDeleting] = useState(false);
  const remove = useAction(() => owner.remove([id]));
  const unread = useAction(() => owner.markRead([id], false));
  const removeIt = async () => {
    const done = await remove.run();
    setDeleting(false);
    if (!done) return;
    moves.back();
    moves.say('Deleted.');
  };
  useMarkRead(id, entry.value?.found);
  const found = entry.value?.found;
  return (
    <>
      <PlaceHeader moves={moves}>
        {found !== undefined && (
          <>
            <IconButton
              label="Mark as unread"
              icon="unread"
              onClick={() => void unread.run().then((done) => done && moves.back())}
            />
            <IconButton label="Delete" icon="bin" onClick={() => setDeleting(true)} />
          </>
        )}
      </PlaceHeader>
      <main class="scroll padded">
        <Fault error={entry.error ?? unread.error ?? remove.error} />
        {entry.value !== undefined && found === undefined && (
          <p class="nothing">This message is no longer here.</p>
        )}
        {found !== undefined && <Opened entry={found} apps={apps} now={now} />}
        {found !== undefined && <Answers entry={found} now={now} />}
      </main>
      {found !== undefined && found.content.state !== 'fetching' && <Reply entry={found} />}
      {deleting && (
        <Confirm
          title="Delete this message?"
          action="Delete"
          cancel="Keep"
          busy={remove.busy}
          onCancel={() => setDeleting(false)}
          onConfirm={() => void removeIt()}
        >
          It goes from all your devices. This can’t be taken back.
        </Confirm>
      )}
    </>
  );
}

interface OpenedProps {
  readonly entry: InboxEntry;
  readonly apps: readonly ConnectedApp[];
  readonly now: number;
}

function Opened({ entry, apps, now }: OpenedProps) {
  const { visit } = useWorld();
  const app = apps.find(({ inbox }) => inbox === entry.inbox);
  const title = appTitle(entry.app, apps);
  const { content, sender } = entry;
  const subject = content.state === 'readable' ? content.subject : undefined;
  return (
    <article class="message">
      <Heading class="message-subject" dir={subject === undefined ? undefined : 'auto'}>
        {subject ?? `Message from ${calledShort(sender)}`}
      </Heading>
      <p class="message-app">
        <AppIcon app={app ?? { app: entry.app }} />
        <span class="faint" title={entry.app}>
          {title}
        </span>
        <span class="bar" aria-hidden="true" />
        <LinkButton onClick={() => visit(entry.app)}>Open in {title}</LinkButton>
      </p>
      <div class="message-sender">
        <Avatar name={sender.name?.name} address={entry.from} />
        <div class="message-who">
          <SenderName sender={sender} />
          <p class="faint small">to you</p>
        </div>
        <span class="time faint small">{dayAndTime(shownTime(entry), now)}</span>
      </div>
      <SenderClaim sender={sender} />
      {entry.conflicting && (
        <Banner kind="caution" icon="warning" what="Two versions of this message were signed">
          This is the one that came first. Ask {calledShort(sender)} which one is meant.
        </Banner>
      )}
      <Body entry={entry} />
    </article>
  );
}

/** What the sender wrote is text and nothing else: never markup, never a link that one did not see. */
function Body({ entry }: { readonly entry: InboxEntry }) {
  const { content } = entry;
  if (content.state === 'readable') {
    return (
      <div class="prose" dir="auto">
        {content.text}
      </div>
    );
  }
  if (content.state === 'fetching') {
    return (
      <p class="waiting-line soft" role="status">
        <span class="spinner" /> Being fetched from their storage…
      </p>
    );
  }
  return <Unreadable entry={entry} reason={content.reason} final={content.final} />;
}

interface UnreadableProps {
  readonly entry: InboxEntry;
  readonly reason: Parameters<typeof wordsFor>[0];
  readonly final: boolean;
}

function Unreadable({ entry, reason, final }: UnreadableProps) {
  const { owner } = useWorld();
  const retry = useAction(() => owner.retry({ inbox: entry.inbox, from: entry.from, id: entry.id }));
  const words = wordsFor(reason, entry.sender.name === undefined ? {} : { who: calledShort(entry.sender) });
  return (
    <>
      <Banner
        kind="caution"
        icon="warning"
        what={final ? 'This message can’t be read' : 'This message can’t be read yet'}
      >
        {words.what} {final ? words.todo : 'Letterbox tries again by itself.'}
      </Banner>
      <div class="unreadable-actions">
        <Button size="small" icon="refresh" busy={retry.busy} onClick={() => void retry.run()}>
          Try again
        </Button>
        <ErrorDetails error={reason} />
      </div>
      <Fault error={retry.error} />
    </>
  );
}

/** Opening is reading. Once only: what is marked unread afterwards stays so. */
function useMarkRead(id: EntryKey, entry: InboxEntry | undefined): void {
  const { owner } = useWorld();
  const done = useRef(false);
  const { run } = useAction(() => owner.markRead([id], true));
  useEffect(() => {
    if (done.current || entry === undefined || entry.content.state === 'fetching') return;
    done.current = true;
    if (!entry.read) void run();
  }, [entry, run]);
}
