import type { ComponentChildren } from 'preact';
import type { LetterboxError, WireError } from '../../src/protocol/errors.ts';
import type { OutboxItem, ServerHealth } from '../../src/agent/owner-api.ts';
import { inTime, timeOfDay } from './format.ts';
import { Icon, type IconName } from './icons.tsx';
import { sentenceFor, wordsFor, type About } from './words.ts';

interface BannerProps {
  readonly kind?: 'neutral' | 'caution' | 'danger';
  readonly icon: IconName;
  readonly what: ComponentChildren;
  readonly children?: ComponentChildren;
  readonly links?: ComponentChildren;
}

export function Banner({ kind = 'neutral', icon, what, children, links }: BannerProps) {
  return (
    <div class={`banner ${kind}`}>
      <Icon name={icon} />
      <div>
        <p class="what">{what}</p>
        {children !== undefined && <p>{children}</p>}
        {links !== undefined && <p class="links">{links}</p>}
      </div>
    </div>
  );
}

/** What went wrong and what to do, read out at once. Keeps its place in the page, so that it is heard when it fills. */
export function Fault({
  error,
  about,
}: {
  readonly error: LetterboxError | WireError | undefined;
  readonly about?: About;
}) {
  return (
    <div role="alert">
      {error !== undefined && (
        <p class="fault">
          <Icon name="alert" small />
          <span>{sentenceFor(asWire(error), about)}</span>
        </p>
      )}
    </div>
  );
}

/** For the curious and for reports: the stable code and what came with it. */
export function ErrorDetails({ error }: { readonly error: WireError }) {
  const entries = Object.entries(error.context);
  return (
    <details class="details">
      <summary class="link">Show details</summary>
      <p class="mono small" dir="ltr">
        {error.code}
        {entries.map(([key, value]) => (
          <span key={key}>
            <br />
            {key}: {String(value)}
          </span>
        ))}
      </p>
    </details>
  );
}

export function DevelopmentNotice({ on }: { readonly on: boolean }) {
  if (!on) return null;
  return <p class="development">Development is on: unprotected http on this computer is let through.</p>;
}

const HEALTH_WORDS: Record<ServerHealth['state'], string> = {
  fine: 'Fine',
  late: 'Late',
  failed: 'Doesn’t answer',
  unknown: 'Not checked yet',
};

/** A disc, a diamond or a square. Its words stand beside it, or are said for it. */
export function Health({
  state,
  silent = false,
}: {
  readonly state: ServerHealth['state'];
  readonly silent?: boolean;
}) {
  if (silent) return <span class={`health ${state}`} aria-hidden="true" />;
  return <span class={`health ${state}`} role="img" aria-label={HEALTH_WORDS[state]} />;
}

const SENDING_ICONS: Record<OutboxItem['state'], IconName> = {
  queued: 'clock',
  stored: 'box',
  accepted: 'check',
  delivered: 'checks',
  failed: 'alert',
};

/** Where a sent message is, in a line. */
export function Sending({
  item,
  who,
  now,
}: {
  readonly item: OutboxItem;
  readonly who: string;
  readonly now: number;
}) {
  return (
    <p class={`sending ${item.state}`}>
      <Icon name={SENDING_ICONS[item.state]} small />
      <span>{sendingWords(item, who, now)}</span>
    </p>
  );
}

export function sendingWords(item: OutboxItem, who: string, now: number): string {
  const next = item.nextTry === undefined ? '' : `, next try ${inTime(item.nextTry - now * 1000)}`;
  switch (item.state) {
    case 'queued':
      return navigator.onLine
        ? `Queued. Goes to your storage first${next}`
        : 'Queued. Sends when you’re online';
    case 'stored':
      return `Stored. Waiting for ${who}’s server${next}`;
    case 'accepted':
      return `Accepted by ${who}’s server`;
    case 'delivered':
      return item.deliveredAt === undefined ? 'Delivered' : `Delivered ${timeOfDay(item.deliveredAt)}`;
    case 'failed':
      return item.reason === undefined ? 'Not sent.' : `Not sent. ${wordsFor(item.reason, { who }).what}`;
    default:
      return item.state satisfies never;
  }
}

export function asWire(error: LetterboxError | WireError): WireError {
  return { code: error.code, context: error.context };
}
