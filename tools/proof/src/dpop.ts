import { parseArgs } from 'node:util';
import { createDpopProof, type DpopKey, readDpopKey } from '@waybill/auth';
import { reasonOf, textOf } from './content-of.js';
import { ProofError } from './proof-error.js';

const help = `Makes the DPoP proof of one request (RFC 9449), and prints the header lines to send with it:

  npm run --silent proof -- dpop --key-file <file> --url <url> [options] | curl -H @- <url> …

  --key-file <file>      The private key, PEM or a JWK. Make one with:
                         openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out dpop.pem
  --url <url>            What is called; a query does not matter.
  --method <method>      Default: GET.
  --token-file <file>    The access token, bound to the key; it is among the lines. From standard input where it is "-".
                         None where a token is asked for: at /login and /token.
  --nonce <nonce>        What the server gave in DPoP-Nonce, where it asks for one.

A proof is good for one request, and for a minute.`;

const flags = {
  help: { type: 'boolean', short: 'h' },
  'key-file': { type: 'string' },
  url: { type: 'string' },
  method: { type: 'string' },
  'token-file': { type: 'string' },
  nonce: { type: 'string' },
} as const;

/**
 * Makes the proof of the request that the command line describes.
 * @returns header lines, each field once
 * @throws ProofError
 */
export async function dpop(args: string[]): Promise<readonly string[]> {
  const { help: wantsHelp, 'key-file': keyFile, 'token-file': tokenFile, ...values } = parse(args);
  if (wantsHelp) return [help];
  if (keyFile === undefined || values.url === undefined)
    throw new ProofError('A proof needs --key-file and --url. Try dpop --help.');
  const { url, method = 'GET', nonce } = values;
  if (!URL.canParse(url) || !/^https?:/.test(url))
    throw new ProofError(`"${url}" is not an http address. Give one like http://127.0.0.1:3001/orders.`);
  const key = keyOf(keyFile, await textOf(keyFile));
  const accessToken = tokenFile === undefined ? undefined : await textOf(tokenFile);
  const proof = createDpopProof({ key, method, url, accessToken, nonce });
  return [...(accessToken === undefined ? [] : [`Authorization: DPoP ${accessToken}`]), `DPoP: ${proof}`];
}

function parse(args: string[]) {
  try {
    return parseArgs({ args, options: flags }).values;
  } catch (error) {
    throw new ProofError(`${reasonOf(error)} Try dpop --help.`);
  }
}

function keyOf(file: string, text: string): DpopKey {
  try {
    return readDpopKey(text.startsWith('{') ? JSON.parse(text) : text);
  } catch (error) {
    // What JSON.parse says quotes the key.
    throw new ProofError(
      error instanceof TypeError ? `${file}: ${error.message}` : `${file} is no JSON. Give a JWK, or PEM.`,
    );
  }
}
