import { expect, test } from 'vitest';
import { namesOwnedBy } from '../../src/gaia/owned-names.ts';
import { sendJson, startRogue, web } from './world.ts';

const OWNER = 'SP2J6ZY48GV1EZ5V2V5RB9MP66SW86PYKKNRV9EJ7';

test('the names of an owner are those that the registries of both kinds say, each once', async () => {
  const bns = await startRogue((_, response) => sendJson(response, 200, { names: ['alice.id.blockstack'] }));
  const bnsv2 = await startRogue((_, response) =>
    sendJson(response, 200, { names: [{ full_name: 'alice.btc' }, { full_name: 'alice.btc' }] }),
  );
  const registries = { bns: [bns.origin, bns.origin], bnsv2: [bnsv2.origin] };
  expect(await namesOwnedBy(web, registries, OWNER)).toEqual(['alice.id.blockstack', 'alice.btc']);
  expect(bns.seen).toEqual(Array.from({ length: 2 }, () => `GET /v1/addresses/stacks/${OWNER}`));
  expect(bnsv2.seen).toEqual([`GET /names/address/${OWNER}/valid`]);
});

test.each([['x'], ['{}'], ['{"names":7}'], ['{"names":["NOT A NAME"]}'], ['{"names":[{}]}']])(
  'a registry that answers %s says nothing',
  async (answer) => {
    const { origin } = await startRogue((_, response) => response.end(answer));
    expect(await namesOwnedBy(web, { bns: [origin], bnsv2: [origin] }, OWNER)).toEqual([]);
  },
);

test('of an owner of very many the first are looked at', async () => {
  const names = Array.from({ length: 50 }, (_, n) => `name-${String(n)}.id`);
  const { origin } = await startRogue((_, response) => sendJson(response, 200, { names }));
  expect(await namesOwnedBy(web, { bns: [origin], bnsv2: [] }, OWNER)).toEqual(names.slice(0, 8));
});
