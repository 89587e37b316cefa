/** Where a page is, as the shell passes it through the agent: the id of its tab. */
export function placeOfTab(tabId: number): string {
  return `tab:${tabId}`;
}

export function tabOfPlace(place: string): number {
  return Number(place.slice('tab:'.length));
}
