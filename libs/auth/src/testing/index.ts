/** How do I test my service? An issuer with real keys and tokens. It is for tests: nothing here belongs in production. */
export { createTestIssuer, type TestClaims, type TestIssuer } from './test-issuer.js';
