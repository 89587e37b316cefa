import type { Plugin } from 'vite';

const PREACT = /\/node_modules\/preact\/dist\/preact\.mjs$/;
const SINK = /(\w+)\.innerHTML=(\w+\.__html)/g;

/**
 * Takes the one place out of Preact that makes HTML from text: `dangerouslySetInnerHTML` writes plain text in our views,
 * whoever may use it one day. The build fails where Preact does not have exactly that place any more.
 */
export function noInnerHtml(): Plugin {
  return {
    name: 'no-inner-html',
    transform: {
      filter: { id: PREACT },
      handler(code) {
        const places = code.match(SINK)?.length ?? 0;
        if (places !== 1) throw new Error(`Preact writes innerHTML in ${places} places: look at them anew`);
        return { code: code.replaceAll(SINK, '$1.textContent=$2'), map: null };
      },
    },
  };
}
