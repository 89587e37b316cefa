import type { OutboxState, PageMessage, SentMessage } from '../../../protocol/page-api.ts';
import { make, shortAddress, timeText } from '../common/dom.ts';
import { explain, STATE_WORDS } from '../common/letterbox.ts';

export interface CardActions {
  reply: (message: PageMessage) => void;
  markRead: (message: PageMessage) => Promise<void>;
}

/** A received postcard. Its sender is a name only where Letterbox proved it. */
export function receivedCard(message: PageMessage, actions: CardActions): HTMLElement {
  const { from, receivedAt, read } = message;
  const when = make(
    'time',
    { datetime: new Date(receivedAt * 1000).toISOString() },
    timeText(receivedAt, new Date()),
  );
  const reply = make('button', { type: 'button', class: 'small' }, 'Reply');
  const footer = make('footer', {}, reply);
  const card = make(
    'li',
    { class: read ? 'card' : 'card unread', 'data-id': message.id },
    make('header', {}, who(from), when),
    make('p', { class: 'text', dir: 'auto' }, textOf(message)),
    footer,
  );
  reply.addEventListener('click', () => {
    actions.reply(message);
  });
  if (!read) footer.append(markReadButton(card, () => actions.markRead(message)));
  return card;
}

/** A postcard on its way; `showState` moves it on. */
export function sentCard(to: string, text: string, sent: SentMessage): HTMLElement {
  const name = make('bdi', { class: 'name', dir: 'ltr' }, to);
  const card = make(
    'li',
    { class: 'card', 'data-id': sent.id },
    make('header', {}, name, make('span', { class: 'state' })),
    make('p', { class: 'text', dir: 'auto' }, text),
  );
  showState(card, sent);
  return card;
}

export function showState(
  card: HTMLElement,
  { state, reason }: { state: OutboxState; reason?: string },
): void {
  const place = card.querySelector('.state');
  if (place === null) return;
  card.dataset['state'] = state;
  place.className = `state ${state}`;
  const why = reason === undefined ? '' : ` ${explain({ code: reason })}`;
  place.textContent = state === 'failed' ? `${STATE_WORDS.failed}.${why}` : STATE_WORDS[state];
}

function who({ name, address }: PageMessage['from']): HTMLElement {
  if (name !== undefined) return make('bdi', { class: 'name', dir: 'ltr' }, name);
  return make('bdi', { class: 'name address', dir: 'ltr', title: address }, shortAddress(address));
}

/** Another app's page may have sent what is not text: then its fallback is. */
function textOf({ body, fallback }: PageMessage): string {
  return typeof body === 'string' ? body : (fallback ?? '');
}

function markReadButton(card: HTMLElement, markRead: () => Promise<void>): HTMLButtonElement {
  const button = make('button', { type: 'button', class: 'small' }, 'Mark as read');
  button.addEventListener('click', () => {
    button.disabled = true;
    void markRead().then(
      () => {
        card.classList.remove('unread');
        button.remove();
        return null;
      },
      () => {
        button.disabled = false;
      },
    );
  });
  return button;
}
