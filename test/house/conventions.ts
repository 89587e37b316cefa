import { child, children, dotted, type Node, type Source } from './sources.ts';

/** One rule that every file keeps: what breaks it, and where it does not count. */
export interface Convention {
  readonly name: string;
  /** Counts only under these paths; everywhere if absent. */
  readonly under?: readonly string[];
  /** The files that it does not bind, each with the reason: shells, which give others what these may not take. */
  readonly except?: Readonly<Record<string, string>>;
  offends(source: Source): readonly Node[];
}

const IMPURE = [
  'Date.now',
  'performance.now',
  'Math.random',
  'crypto.getRandomValues',
  'crypto.randomUUID',
  'crypto.randomBytes',
  'setTimeout',
  'setInterval',
  'AbortSignal.timeout',
];
const HTML_SINKS = ['innerHTML', 'outerHTML', 'insertAdjacentHTML', 'dangerouslySetInnerHTML', 'srcdoc'];

export const CONVENTIONS: readonly Convention[] = [
  {
    name: 'time, timers and randomness come in through ports',
    under: ['src/protocol/', 'src/gaia/', 'src/agent/', 'src/transports/', 'src/server/'],
    except: {
      'src/server/main.ts': 'the shell that gives the others their clock and randomness',
      'src/server/listen.ts': 'the shell around real sockets: heartbeats, and a deadline for stopping',
      'src/server/node-http.ts': 'the shell around real requests: a deadline for a body that nobody reads',
      'src/server/guarded-fetch.ts': 'the shell around the real network: a deadline for each look-up',
    },
    offends: (source) => source.nodes.filter((node) => isImpureCall(node) || isNow(node)),
  },
  { name: 'no any', offends: (source) => source.nodes.filter((node) => node.type === 'TSAnyKeyword') },
  { name: 'no swallowed error', offends: (source) => source.nodes.filter(swallows) },
  { name: 'no HTML from strings', offends: (source) => source.nodes.filter(isHtmlSink) },
  { name: "no postMessage to '*'", offends: (source) => source.nodes.filter(postsToAnyone) },
  { name: 'no barrel files', offends: (source) => (isBarrel(source) ? source.statements.slice(0, 1) : []) },
  { name: 'no default exports', offends: (source) => source.nodes.filter(isDefaultExport) },
];

/** The breaches of a convention, one line each: the file, and what stands there. */
export function breaches(sources: readonly Source[], convention: Convention): string[] {
  return sources
    .filter((source) => convention.under?.some((folder) => source.path.startsWith(folder)) ?? true)
    .filter((source) => !(source.path in (convention.except ?? {})))
    .flatMap((source) =>
      convention.offends(source).map((node) => `${source.path}:${source.lineOf(node)}: ${node.type}`),
    );
}

function isImpureCall(node: Node): boolean {
  if (node.type !== 'CallExpression') return false;
  const callee = dotted(child(node, 'callee'))?.replace(/^(globalThis|self|window)\./, '');
  return callee !== undefined && IMPURE.includes(callee);
}

function isNow(node: Node): boolean {
  return (
    node.type === 'NewExpression' &&
    dotted(child(node, 'callee')) === 'Date' &&
    children(node, 'arguments').length === 0
  );
}

function swallows(node: Node): boolean {
  if (node.type === 'CatchClause') return isEmptyBlock(child(node, 'body'));
  if (node.type !== 'CallExpression' || propertyName(child(node, 'callee')) !== 'catch') return false;
  return children(node, 'arguments').some((handler) => isEmptyBlock(child(handler, 'body')));
}

function isEmptyBlock(node: Node | undefined): boolean {
  return node?.type === 'BlockStatement' && children(node, 'body').length === 0;
}

function isHtmlSink(node: Node): boolean {
  if (node.type === 'JSXAttribute') return HTML_SINKS.includes(String(child(node, 'name')?.['name']));
  if (dotted(node) === 'document.write') return true;
  const name = propertyName(node);
  return name !== undefined && HTML_SINKS.includes(name);
}

function postsToAnyone(node: Node): boolean {
  if (node.type !== 'CallExpression' || propertyName(child(node, 'callee')) !== 'postMessage') return false;
  return children(node, 'arguments').some((argument) =>
    [argument, ...children(argument, 'properties').map((property) => child(property, 'value'))].some(
      (value) => value?.['value'] === '*',
    ),
  );
}

function isBarrel(source: Source): boolean {
  return (
    source.statements.length > 0 &&
    source.statements.every(
      (statement) => statement.type.startsWith('Export') && child(statement, 'source') !== undefined,
    )
  );
}

function isDefaultExport(node: Node): boolean {
  if (node.type === 'ExportDefaultDeclaration') return true;
  return node.type === 'ExportSpecifier' && child(node, 'exported')?.['name'] === 'default';
}

/** The name after the dot, or in the brackets where it is written out. */
function propertyName(node: Node | undefined): string | undefined {
  if (node?.type !== 'MemberExpression') return undefined;
  const property = child(node, 'property');
  const name = node['computed'] === true ? property?.['value'] : property?.['name'];
  return typeof name === 'string' ? name : undefined;
}
