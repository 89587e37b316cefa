import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize, relative, sep } from 'node:path';
import { parseSync } from 'vite';

/** One syntax node, as far as the conventions need to look at it. */
export type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

/** One `import`, `export … from`, `import()` or `import('…').Type` of a file. */
export interface Import {
  /** As written. */
  readonly specifier: string;
  /** The file meant, from the project's root; absent where a package is imported. */
  readonly file?: string;
  /** True where nothing of it is left after the types are stripped. */
  readonly typeOnly: boolean;
}

export interface Source {
  /** From the project's root, with `/`. */
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly Import[];
  readonly nodes: readonly Node[];
  /** The line, from 1, that a node starts on. */
  lineOf(node: Node): number;
  /** The file's own statements, not those inside them. */
  readonly statements: readonly Node[];
}

const ROOT = join(import.meta.dirname, '../..');

/** Reads and parses every TypeScript file under the folders given (from the project's root). */
export function readSources(...folders: string[]): Source[] {
  return folders.flatMap((folder) => filesUnder(join(ROOT, folder)).map(readSource));
}

/** Parses one file's text: `path` says what its relative imports mean and whether it holds JSX. */
export function parseSource(path: string, text: string): Source {
  const { program, errors } = parseSync(path, text);
  if (errors.length > 0) throw new Error(`${path}: ${errors.map((error) => error.message).join('; ')}`);
  const nodes = [...walk(program)];
  return {
    path,
    lines: text.split('\n').length - (text.endsWith('\n') ? 1 : 0),
    imports: nodes.flatMap((node) => importOf(path, node)),
    nodes,
    lineOf: (node) => text.slice(0, Number(node['start'])).split('\n').length,
    statements: children(program, 'body'),
  };
}

/** The nodes in a member that holds a list of them. */
export function children(node: object, member: string): Node[] {
  const list: unknown = Reflect.get(node, member);
  return Array.isArray(list) ? list.filter(isNode) : [];
}

/** The node in a member that holds one. */
export function child(node: Node, member: string): Node | undefined {
  const value = node[member];
  return isNode(value) ? value : undefined;
}

/** `a.b` as `"a.b"`, `a` as `"a"`; undefined for anything computed. */
export function dotted(node: Node | undefined): string | undefined {
  if (node?.type === 'Identifier') return String(node['name']);
  if (node?.type !== 'MemberExpression' || node['computed'] === true) return undefined;
  const object = dotted(child(node, 'object'));
  const property = dotted(child(node, 'property'));
  return object === undefined || property === undefined ? undefined : `${object}.${property}`;
}

function filesUnder(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name) && !name.endsWith('.d.ts'))
    .map((name) => join(folder, name))
    .toSorted();
}

function readSource(file: string): Source {
  return parseSource(relative(ROOT, file).split(sep).join('/'), readFileSync(file, 'utf8'));
}

function* walk(value: unknown): Generator<Node> {
  if (Array.isArray(value)) {
    for (const item of value) yield* walk(item);
  } else if (typeof value === 'object' && value !== null) {
    if (isNode(value)) yield value;
    for (const item of Object.values(value)) yield* walk(item);
  }
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function importOf(path: string, node: Node): Import[] {
  const source = child(node, 'source');
  const specifier = source?.['value'];
  if (typeof specifier !== 'string') return [];
  const file = specifier.startsWith('.')
    ? normalize(join(dirname(path), specifier))
        .split(sep)
        .join('/')
    : undefined;
  return [{ specifier, typeOnly: isTypeOnly(node), ...(file === undefined ? {} : { file }) }];
}

function isTypeOnly(node: Node): boolean {
  if (node.type === 'TSImportType' || node['importKind'] === 'type' || node['exportKind'] === 'type')
    return true;
  const specifiers = children(node, 'specifiers');
  return (
    specifiers.length > 0 &&
    specifiers.every((one) => one['importKind'] === 'type' || one['exportKind'] === 'type')
  );
}
