import type { PageMessage, Recipient } from '../../../protocol/page-api.ts';
import { follows, MOVE_TYPE, parseGame } from './game.ts';
import type { Game, Mark } from './game.ts';

/** A game with somebody, as this device knows it. */
export interface OwnGame extends Game {
  /** The name dialled, or the sender's. */
  opponent: string;
  /** Known once they have moved: only this address moves for them. */
  address?: string;
  mine: Mark;
}

/** The part of localStorage that the games need. */
type KeyValues = Pick<Storage, 'getItem' | 'setItem'>;

/** The games of one inbox, kept in this browser: what was received is in Letterbox, what was played is here. */
export class Games {
  readonly #key: string;
  readonly #storage: KeyValues;
  readonly #games: Map<string, OwnGame>;

  constructor(address: string, storage: KeyValues) {
    this.#key = `noughts:${address}`;
    this.#storage = storage;
    const saved = JSON.parse(storage.getItem(this.#key) ?? '[]') as OwnGame[];
    this.#games = new Map(saved.map((game) => [game.id, game]));
  }

  all(): OwnGame[] {
    return [...this.#games.values()];
  }

  save(game: OwnGame): void {
    this.#games.set(game.id, game);
    this.#storage.setItem(this.#key, JSON.stringify(this.all()));
  }

  /** Takes a message in, if it is a move that the rules and the game so far allow. */
  receive({ type, body, from }: PageMessage): void {
    const next = type === MOVE_TYPE ? parseGame(body) : null;
    if (next === null) return;
    const known = this.#games.get(next.id);
    if (known === undefined) {
      const opponent = from.name ?? from.address;
      if (next.moves.length === 1) this.save({ ...next, opponent, address: from.address, mine: 'O' });
    } else if (isTheirs(known, next, from)) {
      this.save({ ...known, moves: next.moves, address: from.address });
    }
  }
}

/** An address, once one has answered; before that, the name that was challenged, proven by Letterbox. */
export function recipientOf({ address, opponent }: OwnGame): Recipient {
  return address ?? opponent;
}

function isTheirs(known: OwnGame, next: Game, from: PageMessage['from']): boolean {
  const isOpponent =
    known.address === undefined
      ? from.name === known.opponent || from.address === known.opponent
      : from.address === known.address;
  const theirTurn = (known.moves.length % 2 === 0) === (known.mine === 'O');
  return isOpponent && theirTurn && follows(next, known);
}
