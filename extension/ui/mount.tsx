import { render, type ComponentChild } from 'preact';
import { WorldProvider, type World } from './world.ts';

/** Shows a view in its page's `#view`. */
export function mount(world: World, view: ComponentChild): void {
  const place = document.querySelector('#view');
  if (place === null) throw new Error('the page has no #view');
  render(<WorldProvider value={world}>{view}</WorldProvider>, place);
}
