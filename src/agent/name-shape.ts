import type { Name } from '../protocol/ids.ts';

/** What looks alike at a glance, within the few characters that names are made of. docs/protocol.md#1 */
const ALIKE: readonly (readonly [RegExp, string])[] = [
  [/rn/g, 'm'],
  [/vv/g, 'w'],
  [/cl/g, 'd'],
  [/[1il]/g, 'l'],
  [/0/g, 'o'],
  [/5/g, 's'],
  [/2/g, 'z'],
  [/8/g, 'b'],
  [/[._+-]/g, ''],
];

/** Equal for names that are easily taken for each other. */
export function shapeOf(name: Name): string {
  return ALIKE.reduce<string>((shape, [alike, as]) => shape.replace(alike, as), name);
}
