/** What a service tells its operator: one JSON line a request, and never a query, a header, a body or a secret. */
export { type ErrorRecord, errorRecord } from './error-record.js';
export { createLog, requestLogging } from './log.js';
export { requestId } from './request-id.js';
export { logUnheard, requestLine } from './request-line.js';
export { ServiceLogger } from './service-logger.js';
