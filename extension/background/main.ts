import browser from 'webextension-polyfill';
import { OWNER_PORT } from '../../src/agent/owner-wire.ts';
import { PAGE_PORT } from '../../src/protocol/page-wire.ts';
import { createChanges } from '../platform/changes.ts';
import { clock } from '../platform/clock.ts';
import { createOriginRegistry } from '../platform/origin-registry.ts';
import { createPrompt } from '../platform/prompt.ts';
import { nudge, tabsOf } from '../platform/tabs.ts';
import { timer } from '../platform/timer.ts';
import { createInstalled } from './first-run.ts';
import { createErasing } from './erasing.ts';
import { createGateway } from './gateway.ts';
import { createJobs } from './jobs.ts';
import { createLimiter } from './limiter.ts';
import { createPages } from './pages.ts';
import { isOwnView } from './sender.ts';
import { startAgent } from './start-agent.ts';
import { createViews } from './views.ts';
import { createWindowClosed } from './window-closed.ts';

const own = { id: browser.runtime.id, url: browser.runtime.getURL('') };
const origins = createOriginRegistry(timer, () => void permissionsChanged());
const pages = createPages({ tabsOf, nudge });
const changes = createChanges();
const { local, session } = browser.storage;
const { windows } = browser;
const prompt = createPrompt({ windows, session, timer, page: browser.runtime.getURL('approve/index.html') });
const approvalWindow = createWindowClosed({
  prompt,
  agent: () => ready,
  session,
  timer,
  report: reportError,
});

/** The worker starts anew for every event after it slept: listeners first, in this turn, then what they need. */
const ready = startAgent({ prompt, pages, changes, first: (agent) => approvalWindow.started(agent) });
const jobs = createJobs(() => ready);
const installed = createInstalled(origins, () => ready);
const owner = async () => (await ready).owner;
const erasing = createErasing({ owner, origins, local, session, permissions: browser.permissions });
const takePage = createGateway({
  own,
  pages,
  limiter: createLimiter(clock),
  isEnabled: origins.isEnabled,
  gate: async () => (await ready).page,
  report: reportError,
});

browser.runtime.onConnect.addListener((port) => {
  if (port.name === PAGE_PORT) takePage(port);
  else if (port.name === OWNER_PORT && isOwnView(port.sender, own)) changes.add(port);
});
browser.runtime.onMessage.addListener(createViews({ own, origins, owner, erase: () => erasing.begin() }));
browser.runtime.onInstalled.addListener(({ reason }) => void installed(reason));
browser.runtime.onStartup.addListener(() => undefined); // or the browser would not start the worker with itself
browser.permissions.onAdded.addListener(() => void permissionsChanged());
browser.permissions.onRemoved.addListener(() => void permissionsChanged());
browser.alarms.onAlarm.addListener(({ name }) => void jobs.alarm(name));
// Firefox tells it anew to an event page that falls asleep while the person is away, which wakes the page up at once.
if (!own.url.startsWith('moz-')) browser.idle.onStateChanged.addListener((state) => void jobs.idle(state));
for (const change of ['online', 'offline']) addEventListener(change, () => void jobs.network());
windows.onRemoved.addListener((id) => void approvalWindow.closed(id));
void jobs.start(() => erasing.finish());

async function permissionsChanged(): Promise<void> {
  await origins.permissionsChanged();
  await pages.endUnless(origins.staysOn);
  changes.tell();
}
