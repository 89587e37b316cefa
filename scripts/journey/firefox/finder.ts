import { Ivya } from 'ivya';
import { getAriaDisabled, isElementVisible } from 'ivya/utils';

/**
 * Finds elements inside a page, by Playwright's selectors and with its meanings. It is built into one script and runs in
 * a sandbox: it sees the document, and the page sees nothing of it.
 */
export interface Finder {
  all(selector: string): HTMLElement[];
  /** @throws if there is not exactly one */
  one(selector: string): HTMLElement;
  isVisible(element: Element): boolean;
  isEnabled(element: Element): boolean;
  /**
   * The one element, once a person could click it: visible, enabled, at rest, uncovered. Else why not. What moves it may
   * come between this look and the press: a press that goes elsewhere is heard by nothing.
   */
  aim(selector: string): HTMLElement | string;
  /** Whether the press that was aimed last went elsewhere. */
  hasMissed(): boolean;
}

declare global {
  // oxlint-disable-next-line no-var -- how a global is declared
  var letterboxFinder: Finder | undefined;
}

const ivya = Ivya.create({ browser: 'firefox' });
/** Where an element was when it was last looked at. */
const places = new WeakMap<Element, string>();
const PRESS = ['pointerdown', 'mousedown', 'pointerup', 'mouseup', 'click'];
/** Ends the watch over the press that was aimed last. */
let endWatch = (): boolean => false;

function all(selector: string): HTMLElement[] {
  return ivya.queryLocatorSelectorAll(selector) as HTMLElement[];
}

function one(selector: string): HTMLElement {
  const [first, ...others] = all(selector);
  if (first === undefined || others.length > 0) {
    throw new Error(`${first === undefined ? 'nothing' : others.length + 1} for ${selector}`);
  }
  return first;
}

function isEnabled(element: Element): boolean {
  return !getAriaDisabled(element);
}

function aim(selector: string): HTMLElement | string {
  const element = one(selector);
  if (!isElementVisible(element)) return 'it is not visible';
  if (!isEnabled(element)) return 'it is not enabled';
  element.scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
  const place = JSON.stringify(element.getBoundingClientRect());
  const atRest = places.get(element) === place;
  places.set(element, place);
  if (!atRest || isAnimated(element)) return 'it moves';
  if (!isHit(element)) return 'something covers it';
  endWatch();
  endWatch = watchPress(element);
  return element;
}

/** @returns what ends it, and says whether the press went elsewhere */
function watchPress(element: Element): () => boolean {
  let missed: boolean | undefined;
  const judge = (event: Event): void => {
    if (!event.isTrusted) return;
    missed ??= !event.composedPath().some((at) => at === element || controlOf(at) === element);
    if (!missed) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  };
  for (const type of PRESS) addEventListener(type, judge, true);
  return () => {
    for (const type of PRESS) removeEventListener(type, judge, true);
    return missed === true;
  };
}

function controlOf(target: EventTarget): Element | null {
  return target instanceof HTMLLabelElement ? target.control : null;
}

/** Two looks can see one place while what moves it has not been drawn yet. What never ends, as of a spinner, moves nothing. */
function isAnimated(element: Element): boolean {
  const roots = [document, element.getRootNode() as Document | ShadowRoot];
  return roots
    .flatMap((root) => root.getAnimations())
    .some(({ playState, effect }) => {
      const target = (effect as KeyframeEffect | null)?.target;
      const isFinite = Number.isFinite(effect?.getComputedTiming().endTime);
      return playState === 'running' && isFinite && holds(target, element);
    });
}

/** Across the roots of shadows, too. */
function holds(target: Element | null | undefined, element: Element): boolean {
  for (let inner: Element | null | undefined = element; inner; inner = hostOf(inner))
    if (target?.contains(inner)) return true;
  return false;
}

function hostOf(element: Element): Element | undefined {
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : undefined;
}

function isHit(element: Element): boolean {
  const [box] = element.getClientRects();
  if (box === undefined) return false;
  const root = element.getRootNode() as Document | ShadowRoot;
  const hit = root.elementFromPoint(box.x + box.width / 2, box.y + box.height / 2);
  if (hit === null) return false;
  return element.contains(hit) || hit.closest('label')?.control === element;
}

globalThis.letterboxFinder = {
  all,
  one,
  isVisible: isElementVisible,
  isEnabled,
  aim,
  hasMissed: () => endWatch(),
};
