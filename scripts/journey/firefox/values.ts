/** A value as BiDi carries it, in either direction. https://w3c.github.io/webdriver-bidi/#type-script-LocalValue */
interface Carried {
  readonly type: string;
  readonly value?: unknown;
  readonly sharedId?: string;
  readonly internalId?: string;
}

/** An element in a page, by the browser's own name for it. */
export interface ElementId {
  readonly sharedId: string;
}

/** Plain data, and elements, on the way into the page. */
export function carried(value: unknown): object {
  if (value === undefined || value === null) return { type: String(value) };
  if (typeof value === 'string' || typeof value === 'boolean') return { type: typeof value, value };
  if (typeof value === 'number') return { type: 'number', value };
  if (Array.isArray(value)) return { type: 'array', value: value.map(carried) };
  if (typeof value !== 'object') throw new TypeError(`a ${typeof value} goes into no page`);
  return { type: 'object', value: Object.entries(value).map(([name, member]) => [name, carried(member)]) };
}

/** And what comes back: elements as ElementId, whatever else is no data as undefined. */
export function received(answer: unknown): unknown {
  return taken(answer as Carried, new Map());
}

/** @param seen what stands in the answer more than once comes whole the first time, and then by its id */
function taken(answer: Carried, seen: Map<string, unknown>): unknown {
  const { type, value, sharedId, internalId } = answer;
  if (internalId !== undefined && seen.has(internalId)) return seen.get(internalId);
  const data = (): unknown => {
    switch (type) {
      case 'null':
        return null;
      case 'string':
      case 'boolean':
        return value;
      case 'number':
        return Number(value); // Infinity, NaN and -0 come as text
      case 'bigint':
        return BigInt(String(value));
      case 'array':
        return (value as Carried[]).map((member) => taken(member, seen));
      case 'object':
        return Object.fromEntries(
          (value as [string, Carried][]).map(([name, member]) => [name, taken(member, seen)]),
        );
      case 'node':
        return { sharedId };
      case 'window':
        return value;
      default:
        return undefined;
    }
  };
  const given = data();
  if (internalId !== undefined) seen.set(internalId, given);
  return given;
}
