import type { PageMessage } from '../../../protocol/page-api.ts';
import { appIcon } from '../common/config.ts';
import { byId } from '../common/dom.ts';
import { say, startFrame } from '../common/frame.ts';
import type { Connected } from '../common/frame.ts';
import { explain } from '../common/letterbox.ts';
import { receivedCard, sentCard, showState } from './cards.ts';

/** Postcard: a form to write to a name, and what others wrote. It hands its session to Letterbox itself. */
startFrame({
  appName: 'Postcard',
  connect: async (letterbox, { userData }) =>
    letterbox.connect({ session: userData, name: 'Postcard', icon: await appIcon() }),
  connected(connection) {
    const ends = [showReceived(connection), showCompose(connection)];
    return () => {
      for (const end of ends) end();
    };
  },
});

function showReceived({ letterbox }: Connected): () => void {
  const list = byId('received', HTMLUListElement);
  const more = byId('more', HTMLButtonElement);
  const known = new Set<string>();
  let cursor: string | undefined;

  const add = (message: PageMessage, place: 'prepend' | 'append'): void => {
    const key = `${message.from.address} ${message.id}`;
    if (known.has(key)) return;
    known.add(key);
    list[place](receivedCard(message, { reply, markRead }));
    byId('received-none', HTMLElement).hidden = true;
  };
  const markRead = async ({ from, id }: PageMessage): Promise<void> => {
    try {
      await letterbox.markRead([{ from: from.address, id }]);
    } catch (error) {
      say(explain(error));
      throw error;
    }
  };
  const load = async (): Promise<void> => {
    try {
      const page = await letterbox.list(cursor === undefined ? {} : { cursor });
      for (const message of page.messages) add(message, 'append');
      cursor = page.cursor;
      more.hidden = !page.more;
    } catch (error) {
      say(explain(error));
    }
  };

  const loadMore = (): void => void load();
  more.addEventListener('click', loadMore);
  const off = letterbox.on('message', (message) => {
    add(message, 'prepend');
  });
  void load();
  return () => {
    off();
    more.removeEventListener('click', loadMore);
    list.replaceChildren();
    byId('received-none', HTMLElement).hidden = false;
  };
}

function reply({ from }: PageMessage): void {
  byId('to', HTMLInputElement).value = from.name ?? from.address;
  byId('message', HTMLTextAreaElement).focus();
}

function showCompose({ letterbox }: Connected): () => void {
  const form = byId('compose', HTMLFormElement);
  const sent = byId('sent', HTMLUListElement);

  const send = async (): Promise<void> => {
    const to = byId('to', HTMLInputElement).value.trim();
    const body = byId('message', HTMLTextAreaElement).value;
    say('Sending…');
    try {
      const message = await letterbox.send({ to, body });
      sent.prepend(sentCard(to, body, message));
      byId('sent-section', HTMLElement).hidden = false;
      byId('message', HTMLTextAreaElement).value = '';
      say('Your postcard is on its way.');
    } catch (error) {
      say(explain(error));
    }
  };
  const onSubmit = (event: SubmitEvent): void => {
    event.preventDefault();
    const button = form.querySelector('button');
    if (button === null) return;
    button.disabled = true;
    void send().finally(() => {
      button.disabled = false;
    });
  };

  form.addEventListener('submit', onSubmit);
  const off = letterbox.on('outbox', (message) => {
    const card = [...sent.children].find(
      (child) => child instanceof HTMLElement && child.dataset['id'] === message.id,
    );
    if (card instanceof HTMLElement) showState(card, message);
  });
  return () => {
    off();
    form.removeEventListener('submit', onSubmit);
    sent.replaceChildren();
    byId('sent-section', HTMLElement).hidden = true;
  };
}
