import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { deploySqlite } from './sqlite.ts';
import { openTheatre, type Round, type Theatre } from './stage.ts';

/** The count of losses finds them: here somebody else changes the database under the server. */

let theatre: Theatre;
let data: string;

beforeAll(async () => {
  theatre = await openTheatre(
    async (gate) => {
      const deployment = await deploySqlite(gate);
      ({ data } = deployment);
      return deployment;
    },
    1,
    20,
  );
});

afterAll(() => theatre.close());

function change(sql: string): Promise<Round> {
  return theatre.play({
    name: sql,
    async strike({ more }) {
      await more(20);
      const db = new DatabaseSync(join(data, 'letterbox.sqlite'), { timeout: 5000 });
      expect(db.prepare(sql).run().changes).toBe(1);
      db.close();
    },
  });
}

const LISTED = 'SELECT min(delivery) FROM entries WHERE read IS NOT NULL';

test('what is listed and counted right leaves no trace', async () => {
  const round = await theatre.play({ name: 'nothing', strike: ({ more }) => more(1) });
  expect(round).toMatchObject({ lost: 0, duplicated: 0, skipped: 0, miscounted: 0, flaws: [] });
});

test('other bytes are a loss', async () => {
  const sql = `UPDATE deliveries SET pointer = replace(pointer, 'p', 'q') WHERE number = (${LISTED})`;
  expect(await change(sql)).toMatchObject({ lost: 1, duplicated: 0, skipped: 0, miscounted: 0 });
});

test('counters that disagree with the list are seen', async () => {
  const sql =
    'UPDATE entries SET total = total + 3 WHERE place = (SELECT min(place) FROM entries WHERE total > 0)';
  expect(await change(sql)).toMatchObject({ duplicated: 0, skipped: 0, miscounted: 3 });
});

test('what comes in before the cursor is skipped', async () => {
  const sql = `UPDATE deliveries SET id = 'AAAAAAAAAAAAAAAAAAAAAA' WHERE number = (${LISTED})`;
  expect((await change(sql)).skipped).toBeGreaterThan(0);
});

/** Both are old: a reader may yet remove what came last. */
test('what stands where another stood is a loss, and has come twice', async () => {
  const sql = `UPDATE entries SET delivery =
      (SELECT delivery FROM entries AS others WHERE others.place >> 32 = entries.place >> 32 AND read IS NOT NULL
       ORDER BY delivery LIMIT 1 OFFSET 4)
    WHERE read IS NOT NULL AND delivery = (${LISTED})`;
  expect(await change(sql)).toMatchObject({ lost: 1, duplicated: 1 });
});
