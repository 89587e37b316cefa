import {
  createAccount,
  createOperator,
  createUser,
  encodeAccount,
  encodeOperator,
  encodeUser,
  fmtCreds,
} from '@nats-io/jwt';

/** An operator with two accounts, of which one has JetStream. */
export interface NatsOperator {
  /** For the nodes. */
  readonly configuration: string;
  /** What `.creds` files of new users say. */
  readonly credentials: (account: 'post' | 'empty', ends?: number) => Promise<string>;
}

const NO_LIMITS = {
  subs: -1,
  data: -1,
  payload: -1,
  conn: -1,
  leaf: -1,
  imports: -1,
  exports: -1,
  wildcards: true,
};

/** https://docs.nats.io/running-a-nats-service/configuration/securing_nats/auth_intro/jwt */
export async function createNatsOperator(): Promise<NatsOperator> {
  const operator = createOperator();
  const [system, post, empty] = [createAccount(), createAccount(), createAccount()];
  const id = system.getPublicKey();
  const account = (name: string, key: typeof post, limits: object = {}) =>
    encodeAccount(name, key, { limits: { ...NO_LIMITS, ...limits } }, { signer: operator });
  const accounts = [
    [system, await account('system', system)],
    [post, await account('post', post, { mem_storage: -1, disk_storage: -1, streams: -1, consumer: -1 })],
    [empty, await account('empty', empty)],
  ] as const;
  return {
    configuration: `
      operator: ${await encodeOperator('operator', operator, { system_account: id })}
      system_account: ${id}
      resolver: MEMORY
      resolver_preload { ${accounts.map(([key, jwt]) => `${key.getPublicKey()}: ${jwt}`).join('\n')} }
    `,
    async credentials(name, ends) {
      const user = createUser();
      const issuer = name === 'post' ? post : empty;
      const jwt = await encodeUser('letterbox', user, issuer, {}, ends === undefined ? {} : { exp: ends });
      return new TextDecoder().decode(fmtCreds(jwt, user));
    },
  };
}
