import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Stage } from '../../scripts/journey/stage.ts';
import { journeySteps } from '../../scripts/journey/steps.ts';
import { inOrder } from './in-order.ts';
import { BROWSER, launchBrowser } from './launch.ts';

const BUILD = join(import.meta.dirname, '../../dist', BROWSER);
const CURVE = 'secp256k1.wasm';

test('the extension may load the curve that it carries', async () => {
  const browser = await launchBrowser({ headless: true });
  try {
    const view = await browser.openView('settings');
    const exported = await view.evaluate(async (path) => {
      const file = await fetch(chrome.runtime.getURL(path));
      const module = await WebAssembly.compile(await file.arrayBuffer());
      return WebAssembly.Module.exports(module).map(({ name }) => name);
    }, CURVE);
    expect(exported).toContain('_secp256k1_ecdsa_verify');
  } finally {
    await browser.close();
  }
});

describe('without the curve that it carries, slower and all the same:', () => {
  const reduced = mkdtemp(join(tmpdir(), 'letterbox-no-curve-'));
  const stage = new Stage({
    headless: true,
    launch: async (options) => launchBrowser({ ...options, extension: await reduced }),
  });
  beforeAll(async () => {
    await cp(BUILD, await reduced, { recursive: true });
    await rm(join(await reduced, CURVE));
  });
  afterAll(async () => {
    await stage.close();
    await rm(await reduced, { recursive: true, force: true });
  });
  const reached = inOrder(stage);

  test.each(journeySteps)('$name', async (step) => {
    await expect(reached(step)).resolves.toBeUndefined();
  });
});
