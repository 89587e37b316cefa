import type { Plugin } from 'vite';

const CONNECT = /\/node_modules\/@stacks\/connect\/dist\/index\.mjs$/;
/** Calls at the top whose results nobody of ours reads: they fill the namespace `WalletConnect`, and make old methods. */
const CALLS = [/(?<=;)[\w$]+\([\w$]+,\{Chains:\(\)=>/g, /(?<==)[\w$]+\("stx_\w+",/g];

/** What it loads for WalletConnect alone: not even looked at. */
const UNUSED = '@reown/appkit-universal-connector';
const NOTHING = '\0unused';

/**
 * Lets the build leave out what we do not use of @stacks/connect, which is all but its list of wallets. A few calls in it
 * would keep the rest, for as far as a bundler can tell they may have effects; they have none. The build fails where
 * those calls are not there any more.
 */
export function leanConnect(): Plugin {
  return {
    name: 'lean-connect',
    enforce: 'pre',
    resolveId: (source) => (source === UNUSED ? NOTHING : undefined),
    load: (id) => (id === NOTHING ? 'export const UniversalConnector = undefined;' : undefined),
    transform: {
      filter: { id: CONNECT },
      handler(code) {
        if (CALLS.some((call) => code.match(call) === null))
          throw new Error('@stacks/connect is made otherwise: see anew what keeps the rest of it');
        return {
          code: CALLS.reduce((text, call) => text.replace(call, '/* @__PURE__ */ $&'), code),
          map: null,
        };
      },
    },
  };
}
