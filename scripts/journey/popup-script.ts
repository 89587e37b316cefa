/**
 * Runs in the popup, by its source: presses the button once it is there.
 * @returns what the popup said before
 */
export async function pressIn(name: string): Promise<string> {
  const until = Date.now() + 20_000;
  for (;;) {
    const buttons = [...document.querySelectorAll('button')];
    const button = buttons.find(({ textContent }) => textContent === name);
    if (button !== undefined) {
      const said = document.body.innerText;
      button.click();
      return said;
    }
    if (Date.now() > until) throw new Error(`no “${name}” in the popup: ${document.body.innerText}`);
    await new Promise((resolve) => {
      setTimeout(resolve, 50);
    });
  }
}
