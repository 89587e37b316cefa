interface Panel {
  readonly className: string;
  readonly messageManager: {
    loadFrameScript(url: string, delayed: boolean): void;
  };
}

/** What is there: https://firefox-source-docs.mozilla.org/toolkit/components/extensions/ */
interface ActionGlobal {
  readonly ChromeUtils: {
    importESModule(url: string): {
      ExtensionParent: {
        apiManager: {
          global: { browserActionFor(extension: unknown): { triggerAction(window: unknown): unknown } };
        };
      };
    };
  };
  readonly Services: {
    readonly mm: { addMessageListener(name: string, listener: (message: { data: string }) => void): void };
  };
  readonly WebExtensionPolicy: { getByID(id: string): { extension: unknown } };
  readonly document: { querySelector(css: string): Panel | null };
  setTimeout(run: () => void, milliseconds: number): void;
}

/**
 * Runs in Firefox's own window, by its source: presses the extension's icon, and has `source` run in the popup. That is in
 * a panel, which is no tab: its document is reached by a script of the browser's own.
 */
export async function pressInPanel(id: string, source: string): Promise<string> {
  const chrome = globalThis as unknown as ActionGlobal;
  const { ExtensionParent } = chrome.ChromeUtils.importESModule(
    'resource://gre/modules/ExtensionParent.sys.mjs',
  );
  const { extension } = chrome.WebExtensionPolicy.getByID(id);
  const action = ExtensionParent.apiManager.global.browserActionFor(extension);
  let panel: Panel | null = null;
  for (let looks = 0; panel === null; looks += 1) {
    if (looks > 200) throw new Error('the popup does not open');
    // while another tab comes to the front, Firefox closes what opens
    if (looks % 20 === 0) void action.triggerAction(chrome);
    await new Promise<void>((resolve) => {
      chrome.setTimeout(resolve, 50);
    });
    panel = chrome.document.querySelector('browser.webextension-popup-browser');
  }
  const { messageManager } = panel;
  const name = `letterbox:said:${String(Math.random())}`;
  const said = new Promise<string>((resolve) => {
    // of all: once it is shown, the popup is another browser's
    chrome.Services.mm.addMessageListener(name, ({ data }) => resolve(data));
  });
  // as a person's press: what asks for a permission may
  const script = `(async () => {
    let said;
    try {
      const { setTimeout } = ChromeUtils.importESModule('resource://gre/modules/Timer.sys.mjs');
      while (!content.location.href.endsWith('/popup/index.html') || content.document.readyState !== 'complete')
        await new Promise((resolve) => setTimeout(resolve, 50));
      const { document } = content;
      const handle = content.windowUtils.setHandlingUserInput(true);
      said = await ${source};
      handle.destruct();
    } catch (error) {
      said = 'failed: ' + error;
    }
    sendAsyncMessage(${JSON.stringify(name)}, said);
  })()`;
  messageManager.loadFrameScript(`data:application/javascript,${encodeURIComponent(script)}`, false);
  return said;
}
