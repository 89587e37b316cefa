declare module 'secp256k1/bindings.js' {
  import type { ecdsaVerify } from 'secp256k1';

  const bindings: { ecdsaVerify: typeof ecdsaVerify };
  export default bindings;
}
