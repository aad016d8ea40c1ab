import { causesOf, codeOf } from './causes.js';

/** SQLSTATEs of a server that stops, starts or is full (PostgreSQL, appendix A); class 08 is a broken connection. */
const serverAway = new Set(['57P01', '57P02', '57P03', '53300']);

/** What the socket or the resolver says when nobody answers. */
const networkAway = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ENOENT',
]);

/** What the drivers say of a lost connection; they give these no code. */
const driverAway = [
  /^Connection terminated/,
  /^timeout expired$/,
  /^timeout exceeded when trying to connect$/,
  /^Query read timeout$/,
  /^Client (has encountered a connection error|was closed) and is not queryable$/,
  /^Cannot use a pool after calling end on the pool$/,
  /^The job queue has not started yet$/,
  /^PGlite is clos(ing|ed)$/,
];

/**
 * Whether an error means that the database cannot be reached now: refused or lost connections, time-outs, a server
 * that starts or stops. The same request may succeed later, so the edge answers 503.
 */
export function isDatabaseAway(error: unknown): boolean {
  return [...causesOf(error)].some(isAway);
}

function isAway(error: Error): boolean {
  const code = codeOf(error);
  if (code === undefined) return driverAway.some((pattern) => pattern.test(error.message));
  if (serverAway.has(code) || /^08[0-9A-Z]{3}$/.test(code)) return true;
  return networkAway.has(code) && 'syscall' in error && isNetworkCall(error.syscall);
}

/** A missing file is ENOENT too: only a connection to a socket that is not there counts. */
function isNetworkCall(syscall: unknown): boolean {
  return typeof syscall === 'string' && /^(connect|read|write|shutdown|getaddrinfo)$/.test(syscall);
}
