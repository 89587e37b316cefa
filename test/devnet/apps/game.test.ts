import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canPlay,
  describeMove,
  follows,
  isOver,
  markAt,
  parseGame,
  play,
  turn,
  winningLine,
} from '../../../src/devnet/apps/noughts/game.ts';
import type { Game } from '../../../src/devnet/apps/noughts/game.ts';

const ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const game = (...moves: number[]): Game => ({ id: ID, moves });

describe('the rules', () => {
  test('X begins and marks alternate', () => {
    expect(turn(game())).toBe('X');
    expect(turn(game(4))).toBe('O');
    expect([markAt(game(4, 0), 4), markAt(game(4, 0), 0), markAt(game(4, 0), 1)]).toEqual(['X', 'O', null]);
  });

  test('three in a row wins and ends the game', () => {
    const won = game(0, 3, 1, 4, 2);
    expect(winningLine(won)).toEqual([0, 1, 2]);
    expect([isOver(won), canPlay(won, 8)]).toEqual([true, false]);
    expect(describeMove(won)).toContain('Three in a row');
  });

  test('a full board without a row is a draw', () => {
    const full = game(0, 1, 2, 4, 3, 5, 7, 6, 8);
    expect([winningLine(full), isOver(full)]).toEqual([null, true]);
    expect(describeMove(full)).toContain('draw');
  });

  test.each([-1, 9, 0.5, Number.NaN])('cell %s is none', (cell) => {
    expect(canPlay(game(), cell)).toBe(false);
  });

  test('a taken cell stays taken', () => {
    expect(canPlay(game(4), 4)).toBe(false);
  });

  test('the next state is the same moves and one more', () => {
    expect(follows(game(4, 0), game(4))).toBe(true);
    expect(follows(game(4), game(4))).toBe(false);
    expect(follows(game(3, 0), game(4))).toBe(false);
    expect(follows(game(4, 0, 1), game(4))).toBe(false);
  });
});

describe('a game from a message', () => {
  test('any legal game comes through', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([0, 1, 2, 3, 4, 5, 6, 7, 8]), (cells) => {
        const played = cells.reduce(
          (state, cell) => (canPlay(state, cell) ? play(state, cell) : state),
          game(),
        );
        expect(parseGame({ id: ID, moves: [...played.moves] })).toEqual(played);
      }),
    );
  });

  test.each([
    null,
    'text',
    [],
    {},
    { id: ID },
    { id: 'short', moves: [] },
    { id: ID, moves: '4' },
    { id: ID, moves: [9] },
    { id: ID, moves: ['4'] },
    { id: ID, moves: [4, 4] },
    { id: ID, moves: [0, 3, 1, 4, 2, 5] },
  ])('%j is none', (body) => {
    expect(parseGame(body)).toBeNull();
  });
});
