import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HELP, readConfig } from '../../src/server/args.ts';
import { COMMANDS } from '../../src/server/commands.ts';
import { createMetrics } from '../../src/server/metrics.ts';

/** What is said to operators holds for the server as it is. */

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');
const OPERATING = read('docs/operating.md');
const OPTIONS = [...HELP.matchAll(/^ {2}--([a-z-]+)/gm)].map(([, name = '']) => name);
const variableOf = (option: string): string => `LETTERBOX_${option.toUpperCase().replaceAll('-', '_')}`;

test('every option and every command is in docs/operating.md, and no other', () => {
  const own = Object.values(COMMANDS).flatMap(({ options }) => Object.keys(options));
  expect(OPTIONS.length).toBeGreaterThan(20);
  for (const option of OPTIONS) expect(OPERATING).toContain(`\`--${option}`);
  for (const [name, { options }] of Object.entries(COMMANDS)) {
    expect(OPERATING).toContain(`letterbox-server ${name} `);
    for (const option of Object.keys(options)) expect(OPERATING).toContain(`--${option} `);
  }
  const variables = [...OPERATING.matchAll(/LETTERBOX_[A-Z_]+/g)].map(([name]) => name);
  const known = [...OPTIONS, ...own].map(variableOf);
  expect(variables.filter((name) => !known.includes(name))).toEqual([]);
});

test('every metric of ours is in docs/operating.md', async () => {
  const page = (await createMetrics({ storeBytes: () => 0 }).page.text(undefined)) ?? '';
  const names = [...page.matchAll(/^# TYPE (letterbox_\w+)/gm)].map(([, name = '']) => name);
  expect(names.length).toBeGreaterThan(5);
  for (const name of names) expect(OPERATING).toContain(`\`${name}\``);
});

test.each(['deploy/letterbox-server.service', 'Containerfile'])(
  '%s sets variables that there are',
  (path) => {
    const variables = [...read(path).matchAll(/LETTERBOX_[A-Z_]*[A-Z]/g)].map(([name]) => name);
    expect(variables.length).toBeGreaterThan(1);
    expect(variables.filter((name) => !OPTIONS.map(variableOf).includes(name))).toEqual([]);
  },
);

test('the unit finds the command wherever npm puts it: in /usr/bin or in /usr/local/bin', () => {
  const { bin } = JSON.parse(read('package.json')) as { bin: Record<string, string> };
  const [, command = ''] = /^ExecStart=(.*)$/m.exec(read('deploy/letterbox-server.service')) ?? [];
  expect(Object.keys(bin)).toContain(command);
});

test('the example for production lacks nothing', async () => {
  const { lacksOf } = await import('../../src/server/lacks.ts');
  const [, block = ''] = /```sh\n(LETTERBOX_ORIGIN[\s\S]*?)```/.exec(OPERATING) ?? [];
  const lines = [...block.matchAll(/^(LETTERBOX_\w+)=(\S+|'[^']*')/gm)];
  const env = Object.fromEntries(lines.map(([, name = '', value = '']) => [name, value]));
  expect(lacksOf(readConfig([], env))).toEqual([]);
});
