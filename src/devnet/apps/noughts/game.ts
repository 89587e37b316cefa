import type { JsonValue } from '../../../protocol/message.ts';

/** Who began plays X, and so the even moves. */
export type Mark = 'X' | 'O';

/** A game as it is after its moves: cells 0–8, row by row, in the order in which they were taken. */
export interface Game {
  id: string;
  moves: readonly number[];
}

/** Media type of a move. */
export const MOVE_TYPE = 'application/vnd.noughts.move+json';

const LINES = [
  [0, 1, 2],
  [3, 4, 5],
  [6, 7, 8],
  [0, 3, 6],
  [1, 4, 7],
  [2, 5, 8],
  [0, 4, 8],
  [2, 4, 6],
] as const;

/** A game from a message's body; null for anything that the rules do not lead to. */
export function parseGame(body: JsonValue): Game | null {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return null;
  const { id, moves } = body as { id?: JsonValue; moves?: JsonValue };
  if (typeof id !== 'string' || !/^[A-Za-z0-9_-]{22}$/.test(id) || !Array.isArray(moves)) return null;
  let game: Game = { id, moves: [] };
  for (const move of moves) {
    if (typeof move !== 'number' || !canPlay(game, move)) return null;
    game = play(game, move);
  }
  return game;
}

/** The game after one more move by whoever's turn it is. */
export function play(game: Game, cell: number): Game {
  return { ...game, moves: [...game.moves, cell] };
}

export function canPlay(game: Game, cell: number): boolean {
  return Number.isInteger(cell) && cell >= 0 && cell <= 8 && !game.moves.includes(cell) && !isOver(game);
}

/** True if `next` is `game` with one move more: what an opponent may send. */
export function follows(next: Game, game: Game): boolean {
  return (
    next.moves.length === game.moves.length + 1 &&
    game.moves.every((move, index) => next.moves[index] === move)
  );
}

export function turn({ moves }: Game): Mark {
  return moves.length % 2 === 0 ? 'X' : 'O';
}

export function markAt({ moves }: Game, cell: number): Mark | null {
  const index = moves.indexOf(cell);
  if (index === -1) return null;
  return index % 2 === 0 ? 'X' : 'O';
}

/** The cells that win, if somebody has won. */
export function winningLine(game: Game): readonly number[] | null {
  const wins = ([a, b, c]: (typeof LINES)[number]): boolean => {
    const mark = markAt(game, a);
    return mark !== null && mark === markAt(game, b) && mark === markAt(game, c);
  };
  return LINES.find((line) => wins(line)) ?? null;
}

export function isOver(game: Game): boolean {
  return game.moves.length === 9 || winningLine(game) !== null;
}

/** The move in plain words, for readers that know no games. */
export function describeMove(game: Game): string {
  const line = winningLine(game);
  if (line !== null) return 'Three in a row: the game is over.';
  if (isOver(game)) return 'The board is full: a draw.';
  return game.moves.length === 1 ? 'A new game of noughts and crosses. Your turn.' : 'A move. Your turn.';
}
