import type { ImportReport } from '../../src/agent/data-api.ts';
import type { OwnerApi } from '../../src/agent/owner-api.ts';

/** All lines of an export. */
export async function exported(owner: OwnerApi, keys = false): Promise<string[]> {
  const lines: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await owner.exportLines(keys, cursor);
    lines.push(...page.lines);
    ({ cursor } = page);
  } while (cursor !== undefined);
  return lines;
}

/** Lines in batches, as a view gives them. */
export async function given(
  owner: OwnerApi,
  lines: readonly string[],
  write: boolean,
  size = 200,
): Promise<ImportReport[]> {
  const reports: ImportReport[] = [];
  const apps: { inbox: ImportReport['apps'][number]['inbox']; app: ImportReport['apps'][number]['app'] }[] =
    [];
  for (let start = 0; start < lines.length; start += size) {
    const report = await owner.importLines({ write, lines: lines.slice(start, start + size), apps });
    apps.push(...report.apps.filter(({ state }) => state !== 'taken'));
    reports.push(report);
  }
  return reports;
}

/** What all batches come to. */
export function summed(reports: readonly ImportReport[]) {
  const total = (member: 'added' | 'here') => {
    const counts: { [kind: string]: number } = {};
    for (const { [member]: more } of reports)
      for (const [kind, value] of Object.entries(more)) counts[kind] = (counts[kind] ?? 0) + value;
    return counts;
  };
  return {
    added: total('added'),
    here: total('here'),
    apps: reports.flatMap(({ apps }) => apps),
    conflicts: reports.flatMap(({ conflicts }) => conflicts),
    unreadable: reports.reduce((sum, { unreadable }) => sum + unreadable, 0),
    why: reports.find(({ why }) => why !== undefined)?.why,
  };
}
