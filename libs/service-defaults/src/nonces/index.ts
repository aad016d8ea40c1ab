/** Remembers what a request may carry once: nonces of request signatures and the like. It judges no request. */
export { NONCES, NoncesModule } from './nonces.module.js';
