import { parseOrigin } from '../protocol/ids.ts';
import { asObject, integer, type JsonObject } from '../protocol/json.ts';
import { parseGrant } from './grants-request.ts';
import { asBoolean } from './owner-parts.ts';
import type { PortableGrants } from './portable.ts';
import { optional } from './portable-parts.ts';
import type { GrantRow } from './rows.ts';

/** Sending without asking is no file's to bring, so none takes it along. docs/export.md#import */
export function portableGrants({ app, grants }: GrantRow): PortableGrants {
  const { sendWithoutAsking: _, ...carried } = grants;
  return { kind: 'grants', app, grants: carried };
}

/** @throws LetterboxError `malformed` */
export function parseGrants(value: JsonObject): PortableGrants {
  const app = parseOrigin(value['app'], 'grants.app');
  const grants = asObject(value['grants'], 'grants.grants');
  return { kind: 'grants', app, grants: 'expires' in grants ? ofBefore(grants) : ofToday(grants) };
}

function ofToday(grants: JsonObject): PortableGrants['grants'] {
  return {
    ...optional(grants, 'read', (given) => parseGrant(given, 'grants.read')),
    ...optional(grants, 'send', (given) => parseGrant(given, 'grants.send')),
  };
}

/** Up to 0.1.0 all powers had one end, and nothing said since when. */
function ofBefore(grants: JsonObject): PortableGrants['grants'] {
  const until = integer(grants, 'expires', 'grants');
  const given = { since: 0, until };
  return {
    ...(asBoolean(grants['read'], 'grants.read') ? { read: given } : {}),
    ...(asBoolean(grants['send'], 'grants.send') ? { send: given } : {}),
  };
}
