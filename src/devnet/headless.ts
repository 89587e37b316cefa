import { AppConfig, UserSession } from '@stacks/auth';
import type { PersonId } from './wallet/people.ts';
import type { World } from './world.ts';

/** A session as apps hold it after signing in. */
export type AppSession = ReturnType<UserSession['loadUserData']> & { username?: string };

/**
 * Signs a person in to an app without a browser, by the same handshake: stock @stacks/auth makes the request,
 * the wallet answers it and publishes the app's bucket in the person's profile, stock @stacks/auth verifies the answer.
 *
 * @param origin the app's, for example `world.apps[0]`
 */
export async function signInHeadless(
  world: Pick<World, 'signIn' | 'registry' | 'people'>,
  person: PersonId,
  origin: string,
): Promise<AppSession> {
  const scopes = ['store_write', 'publish_data'];
  const appConfig = new AppConfig(scopes, origin, '', '/manifest.webmanifest', world.registry);
  const session = new UserSession({ appConfig, sessionOptions: {} });
  const token = session.makeAuthRequest();
  const userData = await session.handlePendingSignIn(await world.signIn(person, { token, origin }));
  return { ...userData, username: world.people[person].name };
}
