import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { until } from '../wait.ts';

const A_FOLDER_OF_ITS_OWN = 2;

/** Has Firefox keep what is downloaded in a folder, without asking where. */
export function downloadPreferences(folder: string | undefined): Record<string, string | number | boolean> {
  if (folder === undefined) return {};
  return {
    'browser.download.folderList': A_FOLDER_OF_ITS_OWN,
    'browser.download.dir': folder,
    'browser.download.useDownloadDir': true,
    'browser.download.alwaysOpenPanel': false,
  };
}

/** Until it is whole, a part lies beside it, and it is empty or has a name made up of eight characters. */
const UNFINISHED = /\.part$|^[\w+-]{8}\.[a-z]+$/;

/** Firefox tells nobody of a download by an extension's page: the folder shows it. */
export async function download(act: () => Promise<unknown>, folder: string | undefined): Promise<string> {
  if (folder === undefined) throw new Error('launched without a folder for downloads');
  const before = new Set(await readdir(folder));
  await act();
  return until('a file is downloaded', async () => {
    const [name, ...others] = (await readdir(folder)).filter((file) => !before.has(file));
    if (name === undefined || [name, ...others].some((file) => UNFINISHED.test(file))) return false;
    const path = join(folder, name);
    return (await stat(path)).size > 0 && path;
  });
}
