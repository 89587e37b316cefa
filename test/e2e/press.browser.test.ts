import { expect, test } from 'vitest';
import { launchBrowser } from './launch.ts';
import { serveSite } from './site.ts';

/** As the mouse comes near for the first time, another button takes the place of the one that it comes for. */
const MOVING = `<!doctype html><style>button { display: block; height: 4rem }</style><button id="wanted">Wanted</button>
<script>
  globalThis.pressed = [];
  addEventListener('mousemove', () => wanted.insertAdjacentHTML('beforebegin', '<button id="other">Other</button>'), { once: true });
  addEventListener('click', ({ target }) => pressed.push(target.id));
</script>`;

test('what moves before it is pressed is pressed where it went, and nothing else is', async () => {
  await using site = await serveSite({ '/': { html: MOVING } });
  const browser = await launchBrowser({ headless: true });
  const page = await browser.newTab();
  await page.goto(site.origin);
  await page.locator('#wanted').click();
  expect(await page.evaluate(() => (globalThis as unknown as { pressed: string[] }).pressed)).toEqual([
    'wanted',
  ]);
  await browser.close();
});
