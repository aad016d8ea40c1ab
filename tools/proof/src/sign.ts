import { parseArgs } from 'node:util';
import { RequestKey, readSignatureKey, signRequest } from '@waybill/auth';
import { bytesOf, reasonOf, textOf } from './content-of.js';
import { ProofError } from './proof-error.js';

const help = `Signs one request (RFC 9421), and prints the header lines to send with it:

  npm run --silent proof -- sign --key-file <file> --url <url> --token-file <file> [options] | curl -H @- <url> …

  --key-file <file>          The key, as SIGNATURE_KEYS has it; of several, the first that can sign.
  --url <url>                What is called, with its query.
  --method <method>          Default: GET.
  --token-file <file>        The access token. It is covered, so it is among the lines. From standard input where it is "-".
  --body-file <file>         The body, to be sent byte for byte: curl --data-binary @<file>.
  --content-type <type>      Of a body. Default: application/json.
  --idempotency-key <key>    Covered, so it is among the lines.

A signature is good for one request, and for a minute.`;

const flags = {
  help: { type: 'boolean', short: 'h' },
  'key-file': { type: 'string' },
  url: { type: 'string' },
  method: { type: 'string' },
  'token-file': { type: 'string' },
  'body-file': { type: 'string' },
  'content-type': { type: 'string' },
  'idempotency-key': { type: 'string' },
} as const;

/**
 * Signs the request that the command line describes.
 * @returns header lines, each field once
 * @throws ProofError
 */
export async function sign(args: string[]): Promise<readonly string[]> {
  const values = parse(args);
  if (values.help) return [help];
  const { 'key-file': keyFile, 'token-file': tokenFile, 'body-file': bodyFile } = values;
  if (keyFile === undefined || tokenFile === undefined || values.url === undefined)
    throw new ProofError('A signature needs --key-file, --url and --token-file. Try sign --help.');
  const url = httpUrl(values.url);
  const key = signingKey(keyFile, await textOf(keyFile));
  const body = bodyFile === undefined ? Buffer.alloc(0) : await bytesOf(bodyFile);
  const fields = {
    authorization: `Bearer ${await textOf(tokenFile)}`,
    ...(body.byteLength > 0 && { 'content-type': values['content-type'] ?? 'application/json' }),
    ...(values['idempotency-key'] !== undefined && { 'idempotency-key': values['idempotency-key'] }),
  };
  const message = { method: values.method ?? 'GET', authority: url.host, target: url.pathname + url.search, fields };
  return Object.entries({ ...fields, ...signRequest(message, body, key) }).map(([name, value]) => `${name}: ${value}`);
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: flags }).values;
  } catch (error) {
    throw new ProofError(`${reasonOf(error)} Try sign --help.`);
  }
}

function httpUrl(address: string): URL {
  if (!URL.canParse(address) || !/^https?:/.test(address))
    throw new ProofError(`"${address}" is not an http address. Give one like http://127.0.0.1:3002/payments.`);
  return new URL(address);
}

function signingKey(file: string, list: string): RequestKey {
  try {
    const keys = list.split(',').map((part) => new RequestKey(readSignatureKey(part.trim())));
    const key = keys.find(({ canSign }) => canSign);
    if (key) return key;
  } catch (error) {
    throw new ProofError(`${file}: ${reasonOf(error)}`);
  }
  throw new ProofError(`${file} holds public keys alone. Give a secret or a private key.`);
}
