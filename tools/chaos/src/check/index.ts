/** Holds what the clients were told against what the services keep. Pure functions: it asks nobody. */
export { type Books, booksOf, orderTables, paymentTables } from './books.js';
export { check } from './check.js';
export { type Evidence, healingSeconds } from './evidence.js';
export { type Invariant, invariants, type Violation } from './violation.js';
