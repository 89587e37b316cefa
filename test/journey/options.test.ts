import { describe, expect, test } from 'vitest';
import { parseStartOptions, UsageError } from '../../scripts/journey/options.ts';

const DISPLAY = { DISPLAY: ':0' };

describe('the arguments of npm start', () => {
  test('none, with a display: windows, and a world of its own', () => {
    expect(parseStartOptions([], DISPLAY)).toEqual({ headless: false });
  });

  test.runIf(process.platform === 'linux')('without a display the journey is played', () => {
    expect(parseStartOptions([], {})).toEqual({ headless: true });
    expect(parseStartOptions([], { DISPLAY: '', WAYLAND_DISPLAY: 'wayland-0' })).toEqual({ headless: false });
  });

  test('all of them', () => {
    const args = [
      '--headless',
      '--json',
      'out/steps.json',
      '--hub',
      'http://127.0.0.1:3000/',
      '--server',
      'https://a.example',
    ];
    expect(parseStartOptions(args, DISPLAY)).toEqual({
      headless: true,
      json: 'out/steps.json',
      hub: 'http://127.0.0.1:3000',
      server: 'https://a.example',
    });
  });

  test.each([
    ['--hub', 'not a URL'],
    ['--hub', 'http://127.0.0.1:3000/store'],
    ['--server', 'ftp://127.0.0.1'],
    ['--server', 'http://127.0.0.1/?a'],
    ['--json'],
    ['--windows'],
    ['here'],
  ])('%s %s is refused with a word on how it is used', (...args) => {
    expect(() => parseStartOptions(args, DISPLAY)).toThrow(UsageError);
    expect(() => parseStartOptions(args, DISPLAY)).toThrow(/npm start \[-- OPTIONS\]/);
  });
});
