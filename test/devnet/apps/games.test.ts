import { describe, expect, test } from 'vitest';
import { MOVE_TYPE } from '../../../src/devnet/apps/noughts/game.ts';
import { Games, recipientOf } from '../../../src/devnet/apps/noughts/games.ts';
import type { PageMessage } from '../../../src/protocol/page-api.ts';

const ID = 'AAAAAAAAAAAAAAAAAAAAAA';
const ME = '1Me';
const BOB = { address: '1Bob', name: 'bob.id.blockstack' };
const EVE = { address: '1Eve', name: 'eve.id.blockstack' };

const memory = () => {
  const values = new Map<string, string>();
  return {
    getItem: (key: string) => values.get(key) ?? null,
    setItem: (key: string, value: string) => void values.set(key, value),
  };
};

const move = (from: { address: string; name?: string }, moves: number[], type = MOVE_TYPE): PageMessage =>
  ({
    from,
    type,
    body: { id: ID, moves },
    id: 'x',
    to: { address: ME },
    sentAt: 0,
    receivedAt: 0,
    read: false,
  }) as never;

describe('what others send', () => {
  test('a first move begins a game, in which I play O', () => {
    const games = new Games(ME, memory());
    games.receive(move(BOB, [4]));
    expect(games.all()).toEqual([
      { id: ID, moves: [4], opponent: 'bob.id.blockstack', address: '1Bob', mine: 'O' },
    ]);
  });

  test('a game that somebody says was begun long ago is not taken over', () => {
    const games = new Games(ME, memory());
    games.receive(move(BOB, [4, 0, 1]));
    expect(games.all()).toEqual([]);
  });

  test('the challenged name answers; from then on only its address moves', () => {
    const games = new Games(ME, memory());
    games.save({ id: ID, moves: [4], opponent: 'bob.id.blockstack', mine: 'X' });
    games.receive(move(EVE, [4, 0]));
    games.receive(move({ address: '1Bob' }, [4, 0]));
    expect(games.all()[0]?.moves).toEqual([4]);
    games.receive(move(BOB, [4, 0]));
    expect(games.all()[0]).toMatchObject({ moves: [4, 0], address: '1Bob' });
    expect(recipientOf(games.all()[0] ?? never())).toBe('1Bob');
  });

  test('no move out of turn, twice, or into another past', () => {
    const games = new Games(ME, memory());
    games.receive(move(BOB, [4]));
    games.receive(move(BOB, [4, 0]));
    games.save({ id: ID, moves: [4, 0], opponent: 'bob.id.blockstack', address: '1Bob', mine: 'O' });
    games.receive(move(BOB, [4]));
    games.receive(move(BOB, [3, 0, 1]));
    games.receive(move(BOB, [4, 0, 1], 'text/plain'));
    expect(games.all()[0]?.moves).toEqual([4, 0]);
    games.receive(move(BOB, [4, 0, 1]));
    games.receive(move(BOB, [4, 0, 1]));
    expect(games.all()[0]?.moves).toEqual([4, 0, 1]);
  });
});

test('games are kept, one set an inbox', () => {
  const storage = memory();
  new Games(ME, storage).receive(move(BOB, [4]));
  expect(new Games(ME, storage).all()).toHaveLength(1);
  expect(new Games('1Other', storage).all()).toEqual([]);
});

function never(): never {
  throw new Error('there is no game');
}
