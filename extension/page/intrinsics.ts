/**
 * What the platform gives, taken off its prototypes before any script of the page runs: a page that rewrites a method
 * later neither breaks nor sees what is done with the one taken.
 */
const { apply, get, getOwnPropertyDescriptor } = Reflect;
type Method = (...args: unknown[]) => unknown;

/** @returns the method, to be called with its object first */
export function takeMethod(prototype: object, name: string): (target: object, ...args: unknown[]) => unknown {
  const method = get(prototype, name) as Method;
  return (target, ...args) => apply(method, target, args);
}

/** @returns the getter of a property, to be called with its object */
export function takeGetter(prototype: object, name: string): (target: object) => unknown {
  const getter = getOwnPropertyDescriptor(prototype, name)?.get as Method | undefined;
  if (getter === undefined) throw new TypeError(`no getter ${name}`);
  return (target) => apply(getter, target, []);
}
