/** A message server's address as a person types it, made the origin that it means. */
export function tidyServer(typed: string): string {
  const url = parse(typed);
  return url === undefined ? typed.trim() : url.origin;
}

/** The same for a place that may live under a path. */
export function tidyPlace(typed: string): string {
  const url = parse(typed);
  return url === undefined ? typed.trim() : `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** Why this can't be a server's address, in a sentence; undefined where it can. */
export function serverFault(typed: string): string | undefined {
  if (typed.trim() === '') return 'Choose a message server. Without one nobody can leave mail for you.';
  const url = parse(typed);
  if (url === undefined) return 'This isn’t an address. It looks like https://mail.example.';
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    return 'A server’s address begins with https://.';
  if (url.username !== '' || url.password !== '')
    return 'Leave the user name and password out of the address.';
  return undefined;
}

/** A bare host gets https. */
function parse(typed: string): URL | undefined {
  const text = typed.trim();
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`;
  if (/\s/.test(text) || text === '' || !URL.canParse(whole)) return undefined;
  return new URL(whole);
}
