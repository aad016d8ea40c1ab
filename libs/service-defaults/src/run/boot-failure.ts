import { inspect } from 'node:util';
import { DatabaseError } from '@waybill/database';
import type { ServiceName } from '../configuration/index.js';
import { ConfigurationError } from '../configuration/index.js';

/** What to tell the operator of a service that could not start: a clear line, or all of an error that nobody foresaw. */
export function bootFailure(service: ServiceName, error: unknown): string {
  if (error instanceof ConfigurationError) return prefixed(service, error.lines);
  if (error instanceof DatabaseError) return `${error.message}\n`;
  if (isMisconfiguration(error)) return prefixed(service, [error.message]);
  return addressFailure(service, error) ?? prefixed(service, [`cannot start: ${inspect(error)}`]);
}

/** What is built wrongly is a TypeError whose message ends in the remedy, a sentence; those of the engine are no sentences. */
function isMisconfiguration(error: unknown): error is TypeError {
  return error instanceof TypeError && error.message.endsWith('.');
}

function addressFailure(service: ServiceName, error: unknown): string | undefined {
  const { code, syscall, address, port } = (error ?? {}) as NodeJS.ErrnoException & { address?: string; port?: number };
  if (syscall !== 'listen' && syscall !== 'getaddrinfo') return undefined;
  const variable = `${service.toUpperCase()}_PORT`;
  const lines: Partial<Record<string, string>> = {
    EADDRINUSE: `port ${port} on ${address} is taken; set ${variable} to a free one`,
    EACCES: `port ${port} on ${address} may not be opened by this user; set ${variable} to one above 1023`,
    EADDRNOTAVAIL: `${address} is no address of this machine; set HOST to one that is`,
    ENOTFOUND: `HOST is a name that cannot be resolved; set it to an address of this machine`,
  };
  const line = lines[code ?? ''];
  return line && prefixed(service, [line]);
}

function prefixed(service: ServiceName, lines: readonly string[]): string {
  return lines.map((line) => `${service}: ${line}\n`).join('');
}
