import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { errorFromWire, errorToWire, isLetterboxError, LetterboxError } from '../../src/protocol/errors.ts';

test('an error crosses a wire with its code and context, and without its cause or stack', () => {
  const error = new LetterboxError('file-size', { expected: 3, actual: 4 }, { cause: new Error('secret') });
  const wire = JSON.parse(JSON.stringify(errorToWire(error))) as unknown;
  expect(wire).toEqual({ code: 'file-size', context: { expected: 3, actual: 4 } });
  const rebuilt = errorFromWire(wire);
  expect(rebuilt).toBeInstanceOf(LetterboxError);
  expect(rebuilt.message).toBe(error.message);
  expect(isLetterboxError(rebuilt, 'file-size')).toBe(true);
  expect(isLetterboxError(rebuilt, 'gone')).toBe(false);
});

test('what is not ours crosses as internal, without its words', () => {
  expect(errorToWire(new TypeError('secret'))).toEqual({
    code: 'internal',
    context: { problem: 'TypeError' },
  });
  expect(errorToWire('secret')).toEqual({ code: 'internal', context: { problem: 'unknown' } });
});

test('whatever comes from a wire becomes an error', () => {
  fc.assert(
    fc.property(fc.anything(), (value) => {
      expect(errorFromWire(value).code).toBe('internal');
    }),
  );
  expect(errorFromWire({ code: 'toString', context: {} }).code).toBe('internal');
});
