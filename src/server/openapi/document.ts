import { PROBLEMS, type ProblemCode } from '../../protocol/problem.ts';
import type { Origin } from '../../protocol/ids.ts';
import { OPERATIONS, type Operation } from './operations.ts';
import { ref, SCHEMAS, type Schema } from './schemas.ts';

/** The server's API for machines: OpenAPI 3.1, made of the same limits, codes and statuses that the handlers go by. */
export function describeApi(origin: Origin): object {
  return {
    openapi: '3.1.0',
    info: {
      title: 'Letterbox message server',
      version: '1',
      description:
        'Sealed pointers to messages, kept until their recipients fetch them. See docs/protocol.md.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: origin }],
    paths: Object.fromEntries(
      Object.entries(OPERATIONS).map(([path, methods]) => [path, pathItem(path, methods)]),
    ),
    components: {
      schemas: SCHEMAS,
      securitySchemes: {
        requestToken: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWS, ES256K, typ letterbox-request+jwt',
          description:
            'Signed by the caller’s app key for one server, one act and one body: docs/protocol.md#5',
        },
      },
    },
  };
}

function pathItem(path: string, methods: Readonly<Record<string, Operation>>): object {
  const address = { name: 'address', in: 'path', required: true, schema: ref('Address') };
  return {
    ...(path.includes('{address}') ? { parameters: [address] } : {}),
    ...Object.fromEntries(
      Object.entries(methods).map(([method, operation]) => [method.toLowerCase(), describe(operation)]),
    ),
  };
}

function describe({ summary, acts, query = {}, headers = {}, body, answers, problems }: Operation): object {
  const parameters = [
    ...Object.entries(query).map(([name, schema]) => ({ name, in: 'query', schema })),
    ...Object.entries(headers).map(([name, schema]) => ({ name, in: 'header', schema })),
  ];
  return {
    summary,
    ...(acts === undefined ? {} : { 'x-letterbox-acts': acts, security: [{ requestToken: [] }] }),
    ...(parameters.length === 0 ? {} : { parameters }),
    ...(body === undefined ? {} : { requestBody: requestBody(body) }),
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, schema]) => [status, answer(schema)])),
      ...problemsByStatus(problems),
    },
  };
}

function requestBody({ schema, bytes }: NonNullable<Operation['body']>): object {
  const content = { 'application/json': { schema } };
  return { required: true, description: `At most ${bytes} bytes`, 'x-letterbox-max-bytes': bytes, content };
}

function answer(schema: Schema | 'text' | undefined): object {
  if (schema === undefined) return { description: 'No content' };
  if (schema === 'text') return { description: 'Text', content: { 'text/plain': {} } };
  return { description: 'JSON', content: { 'application/json': { schema } } };
}

function problemsByStatus(codes: readonly ProblemCode[]): Record<string, object> {
  const responses: Record<string, object> = {};
  for (const status of new Set(codes.map((code) => PROBLEMS[code].status))) {
    const here = codes.filter((code) => PROBLEMS[code].status === status);
    const retries = here.some((code) => PROBLEMS[code].retry === 'after');
    const types = here.map((code) => `urn:letterbox:problem:${code}`);
    const schema = { allOf: [ref('Problem'), { properties: { type: { enum: types } } }] };
    responses[status] = {
      description: here.join(', '),
      ...(retries ? { headers: { 'Retry-After': { schema: { type: 'integer' } } } } : {}),
      content: { 'application/problem+json': { schema } },
    };
  }
  return responses;
}
