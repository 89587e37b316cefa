import { describe, expect, test } from 'vitest';
import { isOwnView, pageSender } from '../../../extension/background/sender.ts';

const own = { id: 'ours', url: 'chrome-extension://ours/' };
const page = {
  id: 'ours',
  frameId: 0,
  origin: 'https://app.example',
  url: 'https://app.example/inbox',
  tab: { id: 7 },
};

describe('who a page is', () => {
  test('is what the browser stamped: its origin and its tab', () => {
    expect(pageSender(page, own)).toEqual({ app: 'https://app.example', tabId: 7 });
  });

  test.each([
    ['a sandboxed frame', { ...page, origin: 'null' }],
    ['no origin, whatever the URL says', { ...page, origin: undefined }],
    ['a frame inside a page', { ...page, frameId: 3 }],
    ['no frame', { ...page, frameId: undefined }],
    ['no tab', { ...page, tab: undefined }],
    ['another extension', { ...page, id: 'theirs' }],
    ['one of our own views', { ...page, origin: 'chrome-extension://ours' }],
    ['a file', { ...page, origin: 'file://' }],
    ['nothing', undefined],
  ])('is nobody: %s', (_, sender) => {
    expect(pageSender(sender, own)).toBeUndefined();
  });

  test('an origin that is not in its standard form is refused', () => {
    expect(() => pageSender({ ...page, origin: 'https://app.example/' }, own)).toThrow('malformed');
  });
});

describe('our own views', () => {
  const view = {
    id: 'ours',
    url: 'chrome-extension://ours/popup/index.html',
    origin: 'chrome-extension://ours',
  };

  test('are known by id, URL and origin', () => {
    expect(isOwnView(view, own)).toBe(true);
    expect(isOwnView({ ...view, origin: undefined }, own)).toBe(true);
  });

  test.each([
    ['a content script', page],
    ['another extension', { ...view, id: 'theirs' }],
    ['a URL that only begins alike', { ...view, url: 'chrome-extension://oursandmore/popup/index.html' }],
    ['a sandboxed frame of ours', { ...view, origin: 'null' }],
    ['a page with our URL in its own', { ...view, url: `https://evil.example/${own.url}` }],
    ['nothing', undefined],
  ])('are not %s', (_, sender) => {
    expect(isOwnView(sender, own)).toBe(false);
  });
});
