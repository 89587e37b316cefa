/** The app's icon as a `data:` URL, which Letterbox can show without fetching anything. */
export async function appIcon(): Promise<string> {
  const response = await fetch('/icon.svg');
  return `data:image/svg+xml,${encodeURIComponent(await response.text())}`;
}

/** What the page is told of its devnet: `<meta name="devnet-…" content="…">`, filled in when it is served. */
export function devnetValue(name: 'registry'): string {
  const meta = document.querySelector<HTMLMetaElement>(`meta[name="devnet-${name}"]`);
  if (meta === null) throw new Error(`the page says nothing of devnet-${name}`);
  return meta.content;
}
