import type { PageMessage } from '../../../protocol/page-api.ts';
import { appIcon } from '../common/config.ts';
import { byId } from '../common/dom.ts';
import { say, startFrame } from '../common/frame.ts';
import type { Connected } from '../common/frame.ts';
import { explain } from '../common/letterbox.ts';
import { gameItem } from './board.ts';
import { canPlay, describeMove, MOVE_TYPE, play } from './game.ts';
import { Games, recipientOf } from './games.ts';
import type { OwnGame } from './games.ts';

/** Noughts by mail: a move is a message of a type of its own, a game is a thread. Letterbox reads the session itself. */
startFrame({
  appName: 'Noughts by mail',
  connect: async (letterbox) => letterbox.connect({ name: 'Noughts by mail', icon: await appIcon() }),
  connected: showGames,
});

function showGames({ letterbox, account }: Connected): () => void {
  const games = new Games(account.address, localStorage);
  const form = byId('start', HTMLFormElement);
  const list = byId('games', HTMLUListElement);
  const unread: PageMessage[] = [];

  const draw = (): void => {
    const all = games.all().toReversed();
    list.replaceChildren(...all.map((game) => gameItem(game, (cell) => void move(game, cell))));
    byId('games-none', HTMLElement).hidden = all.length > 0;
  };
  const move = async (game: OwnGame, cell: number): Promise<void> => {
    if (!canPlay(game, cell)) return;
    const next = { ...game, ...play(game, cell) };
    try {
      await letterbox.send({
        to: recipientOf(game),
        type: MOVE_TYPE,
        body: { id: next.id, moves: [...next.moves] },
        fallback: describeMove(next),
        subject: 'Noughts by mail',
        thread: next.id,
      });
      games.save(next);
      say('Your move is on its way.');
    } catch (error) {
      say(explain(error));
    }
    draw();
  };
  const receive = (messages: readonly PageMessage[]): void => {
    for (const message of messages) games.receive(message);
    unread.push(...messages.filter(({ read }) => !read));
    draw();
    void markSeen();
  };
  const load = async (): Promise<void> => {
    try {
      const { messages } = await letterbox.list({ limit: 200 });
      receive(messages.toReversed());
    } catch (error) {
      say(explain(error));
    }
  };
  /** A move on the board is read once the board is on the screen. */
  const markSeen = async (): Promise<void> => {
    if (document.hidden || unread.length === 0) return;
    const seen = unread.splice(0, 200);
    try {
      await letterbox.markRead(seen.map(({ from, id }) => ({ from: from.address, id })));
    } catch (error) {
      unread.push(...seen);
      say(explain(error));
    }
  };
  const onVisible = (): void => void markSeen();
  const onStart = (event: SubmitEvent): void => {
    event.preventDefault();
    const opponent = byId('opponent', HTMLInputElement).value.trim();
    games.save({ id: newId(), moves: [], opponent, mine: 'X' });
    form.reset();
    say('Make the first move.');
    draw();
  };

  form.addEventListener('submit', onStart);
  document.addEventListener('visibilitychange', onVisible);
  const off = letterbox.on('message', (message) => {
    receive([message]);
  });
  draw();
  void load();
  return () => {
    off();
    form.removeEventListener('submit', onStart);
    document.removeEventListener('visibilitychange', onVisible);
    list.replaceChildren();
  };
}

function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return btoa(String.fromCodePoint(...bytes))
    .replaceAll('+', '-')
    .replaceAll('/', '_')
    .slice(0, 22);
}
