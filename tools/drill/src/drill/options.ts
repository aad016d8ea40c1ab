import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import { readSignatureKey, type SignatureKey } from '@waybill/auth';
import type { GuardedRoute, SignedRoute } from '@waybill/auth/testing';
import { DrillError } from './drill-error.js';

export const help = `Tries every attack of the catalogue on one guarded route of a running service, and prints what came of each.

  npm run drill -- <url> --listen [host:]port --scope <scope>
  npm run drill -- <url> --token-file <file>

<url> is the guarded route, e.g. http://127.0.0.1:3001/orders. It is asked some hundred times, also with genuine tokens: take
one that changes nothing. The drill must have in its hands either the issuer or a token:

  --listen [host:]port    Starts an issuer there (host 127.0.0.1 unless given), which the service must trust: start it with
                          TOKEN_ISSUER=http://host:port, before or after the drill. The whole catalogue can be tried, but
                          for what needs the options below.
  --token-file <file>     A genuine token that is good for the route, from a file, or from standard input where it is "-".
                          What can be made of one token by tampering is tried; the rest is listed as skipped.

  --broken-issuers        With --listen: also starts issuers whose key servers fail, on the nine ports that follow. The drill
                          prints the TOKEN_ISSUERS with which the service must be started.

  --client-address <a>    The IPv4 address that the service sees the drill come from, for tokens that are bound to an
                          address: its own, and not that of a proxy that the service trusts. With --listen.

  --scope <scope>         What the route needs, all of it; again for each further scope. With --listen.
  --audience <name>       The service's own identifier. Default: the realm of its challenge.
  --method <method>       Default: GET.
  --body-file <file>      JSON that the route takes.
  --jwks <url>            Where the key of the token is, for tokens that use a public key as secret. With --token-file.
  --wait <seconds>        How long to wait until a genuine token is let through. Default: 60.

For a route that wants requests signed by a service (RFC 9421), all of:

  --signed-url <url>             The route, on the same service; asked with POST.
  --signed-scope <scope>         What it needs; again for each further scope.
  --signature-key-file <file>    One key that can sign, as SIGNATURE_KEYS has it, e.g. caller/id:secret.
  --signed-body-file <file>      JSON that the route takes.

For a route that takes a token once (@Sensitive({ once: true })), all of:

  --once-url <url>               The route, on the same service; asked with POST, about a hundred times.
  --once-scope <scope>           What it needs; again for each further scope.
  --once-body-file <file>        JSON that the route takes.

Exit code: 0 all withstood or skipped, 1 something was not withstood, 2 the drill could not be held.`;

/** What the drill was asked for. */
export interface DrillOptions {
  readonly origin: URL;
  readonly route: GuardedRoute;
  readonly audience?: string;
  readonly waitSeconds: number;
  readonly signed?: SignedRoute;
  readonly once?: GuardedRoute;
  /** Where to start the issuer. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** Whether to start issuers whose key servers fail, on the ports after it. */
  readonly brokenIssuers?: boolean;
  /** From where the service sees the drill come. */
  readonly clientAddress?: string;
  readonly token?: string;
  readonly jwks?: URL;
}

const flags = {
  help: { type: 'boolean', short: 'h' },
  listen: { type: 'string' },
  'token-file': { type: 'string' },
  scope: { type: 'string', multiple: true },
  audience: { type: 'string' },
  method: { type: 'string' },
  'body-file': { type: 'string' },
  jwks: { type: 'string' },
  'broken-issuers': { type: 'boolean' },
  'client-address': { type: 'string' },
  wait: { type: 'string' },
  'signed-url': { type: 'string' },
  'signed-scope': { type: 'string', multiple: true },
  'signature-key-file': { type: 'string' },
  'signed-body-file': { type: 'string' },
  'once-url': { type: 'string' },
  'once-scope': { type: 'string', multiple: true },
  'once-body-file': { type: 'string' },
} as const;

type Values = ReturnType<typeof parse>['values'];

/**
 * Reads the command line and the files that it names.
 * @throws DrillError
 */
export async function readOptions(args: string[]): Promise<DrillOptions | 'help'> {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const [address, ...more] = positionals;
  if (address === undefined || more.length > 0) throw new DrillError('Give one URL, of a guarded route. Try --help.');
  if ((values.listen === undefined) === (values['token-file'] === undefined))
    throw new DrillError('Give either --listen or --token-file. Try --help.');
  if (values.listen !== undefined && !values.scope?.length)
    throw new DrillError('With --listen, say what the route needs: --scope order.read.');
  const url = httpUrl(address);
  const [signed, once] = [await signedRoute(values, url), await onceRoute(values, url)];
  return {
    origin: new URL(url.origin),
    route: {
      method: values.method ?? 'GET',
      path: url.pathname,
      scopes: values.scope ?? [],
      ...(values['body-file'] && { body: await contentOf(values['body-file']) }),
    },
    waitSeconds: seconds(values.wait ?? '60'),
    ...(values.audience && { audience: values.audience }),
    ...(values.listen && { listen: listenAddress(values.listen) }),
    ...(values['broken-issuers'] && { brokenIssuers: true }),
    ...(values['client-address'] && { clientAddress: ipv4Address(values['client-address']) }),
    ...(values['token-file'] && { token: await contentOf(values['token-file']) }),
    ...(values.jwks && { jwks: httpUrl(values.jwks) }),
    ...(signed && { signed }),
    ...(once && { once }),
  };
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: flags, allowPositionals: true });
  } catch (error) {
    throw new DrillError(`${error instanceof Error ? error.message : String(error)} Try --help.`);
  }
}

async function signedRoute(values: Values, url: URL): Promise<SignedRoute | undefined> {
  const {
    'signed-url': address,
    'signed-scope': scopes,
    'signature-key-file': keyFile,
    'signed-body-file': bodyFile,
  } = values;
  const given = [address, scopes, keyFile, bodyFile].filter((value) => value !== undefined).length;
  if (given === 0) return undefined;
  if (address === undefined || !scopes || keyFile === undefined || bodyFile === undefined)
    throw new DrillError(
      'A signed route needs --signed-url, --signed-scope, --signature-key-file and --signed-body-file.',
    );
  const signed = httpUrl(address);
  if (signed.origin !== url.origin) throw new DrillError('--signed-url must be on the same service as the URL.');
  return {
    method: 'POST',
    path: signed.pathname,
    scopes,
    body: await contentOf(bodyFile),
    keys: [await signatureKeyIn(keyFile)],
  };
}

async function signatureKeyIn(file: string): Promise<SignatureKey> {
  const content = await contentOf(file);
  try {
    return readSignatureKey(content);
  } catch (error) {
    throw new DrillError(`${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function onceRoute(values: Values, url: URL): Promise<GuardedRoute | undefined> {
  const { 'once-url': address, 'once-scope': scopes, 'once-body-file': bodyFile } = values;
  if ([address, scopes, bodyFile].every((value) => value === undefined)) return undefined;
  if (address === undefined || !scopes || bodyFile === undefined)
    throw new DrillError('A route that takes a token once needs --once-url, --once-scope and --once-body-file.');
  const once = httpUrl(address);
  if (once.origin !== url.origin) throw new DrillError('--once-url must be on the same service as the URL.');
  return { method: 'POST', path: once.pathname, scopes, body: await contentOf(bodyFile) };
}

function httpUrl(address: string): URL {
  if (!URL.canParse(address) || !/^https?:/.test(address))
    throw new DrillError(`"${address}" is not an http address. Give one like http://127.0.0.1:3001/orders.`);
  return new URL(address);
}

function listenAddress(text: string): { host: string; port: number } {
  const [, host = '127.0.0.1', port] = /^(?:([^:]+):)?(\d{1,5})$/.exec(text) ?? [];
  if (port === undefined) throw new DrillError(`"${text}" is no place to listen. Give a port, or host:port.`);
  return { host, port: Number(port) };
}

function ipv4Address(text: string): string {
  if (isIP(text) !== 4) throw new DrillError(`--client-address takes an IPv4 address, not "${text}".`);
  return text;
}

function seconds(text: string): number {
  if (!/^\d{1,4}$/.test(text)) throw new DrillError(`--wait takes whole seconds, not "${text}".`);
  return Number(text);
}

async function contentOf(file: string): Promise<string> {
  try {
    return (file === '-' ? await text(process.stdin) : await readFile(file, 'utf8')).trim();
  } catch (error) {
    throw new DrillError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}
