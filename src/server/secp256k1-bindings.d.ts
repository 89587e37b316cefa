declare module 'secp256k1/bindings.js' {
  import type { ecdsaVerify, publicKeyConvert } from 'secp256k1';

  const bindings: { ecdsaVerify: typeof ecdsaVerify; publicKeyConvert: typeof publicKeyConvert };
  export default bindings;
}
