import { make } from '../common/dom.ts';
import { isOver, markAt, turn, winningLine } from './game.ts';
import type { OwnGame } from './games.ts';

const CELLS = [
  'top left',
  'top middle',
  'top right',
  'middle left',
  'centre',
  'middle right',
  'bottom left',
  'bottom middle',
  'bottom right',
];

/** One game: with whom, whose turn, and the board, whose free cells can be played when it is this person's turn. */
export function gameItem(game: OwnGame, onPlay: (cell: number) => void): HTMLElement {
  const board = make('div', { class: 'board', role: 'group', 'aria-label': `Board with ${game.opponent}` });
  board.append(...CELLS.map((place, cell) => cellButton(game, cell, place, onPlay)));
  return make(
    'li',
    { 'data-game': game.id },
    make('bdi', { class: 'with', dir: 'ltr' }, game.opponent),
    make('p', { class: 'turn' }, standing(game)),
    board,
  );
}

function cellButton(
  game: OwnGame,
  cell: number,
  place: string,
  onPlay: (cell: number) => void,
): HTMLButtonElement {
  const mark = markAt(game, cell);
  const button = make('button', { type: 'button', 'aria-label': `${place}, ${mark ?? 'free'}` }, mark ?? '');
  if (mark !== null) button.dataset['mark'] = mark;
  button.disabled = mark !== null || isOver(game) || turn(game) !== game.mine;
  button.classList.toggle('line', winningLine(game)?.includes(cell) ?? false);
  button.addEventListener('click', () => {
    onPlay(cell);
  });
  return button;
}

function standing(game: OwnGame): string {
  const line = winningLine(game);
  if (line !== null) return markAt(game, line[0] ?? 0) === game.mine ? 'You won.' : 'They won.';
  if (isOver(game)) return 'A draw.';
  return turn(game) === game.mine ? `Your turn. You play ${game.mine}.` : 'Their turn.';
}
