/** How the services' logs are read by a person. It knows their form, which the services' defaults set. */
export { prefixed, prettyLog } from './pretty.js';
export { describe, isHealthCheck, type RequestLine, requestOf } from './request-line.js';
