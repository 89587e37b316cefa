import type { Tab } from '../../../scripts/journey/tab.ts';
import type { OwnerApi } from '../../../src/agent/owner-api.ts';
import type { ErrorCode } from '../../../src/protocol/errors.ts';

/** The view's calls of one owner method so far, each as its arguments. */
export function callsOf(page: Tab, method: keyof OwnerApi): Promise<unknown[][]> {
  return page.evaluate(
    (wanted) =>
      globalThis.outside.owner.calls.filter((call) => call.method === wanted).map(({ args }) => args),
    method,
  );
}

/** Calls to what is around the view: tabs, sites, settings. */
export function outsideCalls(page: Tab): Promise<{ method: string; args: unknown[] }[]> {
  return page.evaluate(() => globalThis.outside.calls);
}

/** The next call of this method fails so. */
export function refuse(
  page: Tab,
  method: keyof OwnerApi,
  code: ErrorCode,
  context: Record<string, string | number> = {},
): Promise<void> {
  return page.evaluate(
    ([name, errorCode, given]) => {
      globalThis.outside.owner.refuse(name, errorCode, given);
    },
    [method, code, context] as const,
  );
}

/** What sticks out of the window to the side: nothing may. */
export function overflowing(page: Tab): Promise<string[]> {
  return page.evaluate(() => {
    const width = document.documentElement.clientWidth;
    const scrolls = (element: Element) => {
      for (let place = element.parentElement; place !== null; place = place.parentElement) {
        const { overflowX } = getComputedStyle(place);
        if (
          overflowX !== 'visible' &&
          place !== document.body &&
          place.getBoundingClientRect().right <= width + 1
        )
          return true;
      }
      return false;
    };
    return [...document.querySelectorAll('#view *')]
      .filter((element) => {
        const { left, right, width: own } = element.getBoundingClientRect();
        return own > 1 && (left < -1 || right > width + 1) && !scrolls(element);
      })
      .map((element) => `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`);
  });
}

/** What is wider than what it stands in, which hides or does not hold it: a row of a list, a link beside the settings. */
export function tooWide(page: Tab): Promise<string[]> {
  return page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>('.row, .side')]
      .flatMap((holder) => {
        const { left, right } = holder.getBoundingClientRect();
        return [...holder.querySelectorAll<HTMLElement>('.row-main > *, .time, .mark, .side-link')].filter(
          (one) => {
            const own = one.getBoundingClientRect();
            return own.left < left - 1 || own.right > right + 1;
          },
        );
      })
      .map((one) => `${one.tagName.toLowerCase()}: ${one.textContent.slice(0, 40)}`),
  );
}

/** The links beside the settings that touch what stands under them. */
export function touching(page: Tab): Promise<string[]> {
  return page.evaluate(() => {
    const status = document.querySelector('.side-status')?.getBoundingClientRect().top ?? Infinity;
    return [...document.querySelectorAll('.side-link')]
      .filter((link) => link.getBoundingClientRect().bottom > status - 4)
      .map((link) => link.textContent);
  });
}

/** Words that have no room: cut off without an ellipsis, or spilling out of their button. */
export function clipped(page: Tab): Promise<string[]> {
  return page.evaluate(() =>
    [
      ...document.querySelectorAll<HTMLElement>(
        'button, a, label, h1, h2, p, dt, dd, .row-title, .grant-title',
      ),
    ]
      .filter((element) => {
        const { overflowX, overflowY, textOverflow, clipPath } = getComputedStyle(element);
        const isTooWide = element.clientWidth > 0 && element.scrollWidth > element.clientWidth + 1;
        const isTooHigh = element.clientHeight > 0 && element.scrollHeight > element.clientHeight + 1;
        if (clipPath !== 'none') return false; // meant for ears only
        if (element.tagName === 'BUTTON' && isTooWide) return true;
        if (textOverflow === 'ellipsis' || element.querySelector('.one-line, .name > bdi') !== null)
          return false;
        return (isTooWide && overflowX !== 'visible') || (isTooHigh && overflowY !== 'visible');
      })
      .map((element) => `${element.tagName.toLowerCase()}: ${element.textContent.slice(0, 40)}`),
  );
}

/** Controls without a name, and pointer targets under 24 px (words within a sentence aside). */
export function unusable(page: Tab): Promise<string[]> {
  return page.evaluate(() => {
    const controls = [
      ...document.querySelectorAll<HTMLElement>('button, a[href], input, select, textarea, [role=row]'),
    ].filter((element) => element.checkVisibility());
    const labels = (element: HTMLElement) =>
      element instanceof HTMLInputElement || element instanceof HTMLTextAreaElement
        ? (element.labels?.length ?? 0)
        : 0;
    const named = (element: HTMLElement) =>
      element.hasAttribute('aria-label') || element.textContent.trim() !== '' || labels(element) > 0;
    const small = (element: HTMLElement) => {
      const { width, height } = element.getBoundingClientRect();
      return !element.classList.contains('link') && (width < 24 || height < 20);
    };
    const what = (element: HTMLElement) => `${element.tagName.toLowerCase()}.${element.className}`;
    return [
      ...controls.filter((element) => !named(element)).map((element) => `${what(element)} has no name`),
      ...controls.filter(small).map((element) => `${what(element)} is too small`),
    ];
  });
}
