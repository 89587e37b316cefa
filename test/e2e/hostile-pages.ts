import type { SitePage } from './site.ts';

/**
 * Pages that try to get at what the bridge carries. Each one's script is the first of its page, runs before anything
 * else of it, and keeps what it caught in `window.caught`.
 */
const page = (script: string): SitePage => ({
  html: `<!doctype html><title>page</title><script>window.caught = []; ${script}</script>`,
});

/** Listens for every event that the bridge uses, on the way down and up, and asks for the port. */
const EAVESDROPPER = `
  for (const type of ['letterbox:port', 'letterbox:hello', 'letterbox:successor', 'message']) {
    for (const target of [window, document]) {
      for (const capture of [true, false]) {
        target.addEventListener(type, (event) => { if (event.ports?.length > 0) caught.push(type); }, capture);
      }
    }
  }
  window.dispatchEvent(new Event('letterbox:hello'));
  window.dispatchEvent(new Event('letterbox:successor'));
`;

/** Offers a port of its own, again and again, and answers what comes through it. */
const FORGER = `
  window.forge = () => {
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = ({ data }) => {
      caught.push(data);
      port1.postMessage({ kind: 'result', id: data.id, ok: 'forged' });
    };
    window.dispatchEvent(new MessageEvent('letterbox:port', { ports: [port2], cancelable: true }));
  };
  forge();
`;

/** Rewrites what the bridge might use, to see ports, frames and arguments pass. */
const TAMPERER = `
  const { apply } = Reflect;
  const note = (what) => { caught[caught.length] = what; };
  const trap = (place, name) => {
    const original = place[name];
    place[name] = function (...args) {
      for (const one of [this, ...args]) {
        if (one instanceof MessagePort || one?.kind === 'call' || one?.secret) note(name);
      }
      return apply(original, this, args);
    };
  };
  trap(MessagePort.prototype, 'postMessage');
  trap(MessagePort.prototype, 'start');
  trap(EventTarget.prototype, 'addEventListener');
  trap(EventTarget.prototype, 'dispatchEvent');
  trap(JSON, 'stringify');
  trap(JSON, 'parse');
  trap(Object, 'freeze');
  trap(Map.prototype, 'set');
  trap(Array.prototype, 'push');
  trap(Reflect, 'apply');
  trap(Function.prototype, 'call');
  trap(Function.prototype, 'bind');
  for (const [prototype, name] of [[MessageEvent.prototype, 'data'], [MessageEvent.prototype, 'ports']]) {
    const { get } = Object.getOwnPropertyDescriptor(prototype, name);
    Object.defineProperty(prototype, name, {
      get() {
        note(name);
        return apply(get, this, []);
      },
    });
  }
  Object.defineProperty(Object.prototype, 'kind', { set: () => note('kind'), configurable: true });
  window.MessageChannel = window.Promise = window.Event = function () { note('constructed'); };
  letterbox.list({ secret: true }).then(
    () => { document.title = 'answered'; },
    ({ code }) => { document.title = \`\${code}, caught \${caught.length}: \${caught}\`; },
  );
`;

/** Tells its opener or parent what it found of Letterbox, and what a call came to. */
const REPORTER = `
  const tell = (what) => top.postMessage({ found: typeof window.letterbox, what }, TARGET);
  if (window.letterbox === undefined) tell('nothing');
  else letterbox.list().then(() => tell('answered'), ({ code }) => tell(code));
`;

export function hostilePages(): Record<string, SitePage> {
  return {
    '/': page(''),
    '/eavesdropper': page(EAVESDROPPER),
    '/forger': page(FORGER),
    '/tamperer': page(TAMPERER),
    '/inner': page(REPORTER.replace('TARGET', 'location.origin')),
    '/outer': {
      html: '<!doctype html><iframe src="/inner"></iframe><iframe sandbox="allow-scripts" src="/inner"></iframe>',
    },
    '/sandboxed': { ...page(''), headers: { 'content-security-policy': 'sandbox allow-scripts' } },
  };
}
