import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import { discoverKeySetAddress } from './discovery.js';
import { fetchJson } from './fetch-json.js';

const servers: Server[] = [];
const deadline = () => AbortSignal.timeout(500);

async function serve(listener: RequestListener): Promise<string> {
  const server = createServer(listener).listen(0, '127.0.0.1');
  servers.push(server);
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

describe('discovery', () => {
  test.each([
    ['RFC 8414, with the path behind the well-known part', '/.well-known/oauth-authorization-server/realms/shop'],
    ['OpenID Connect, with the path before it', '/realms/shop/.well-known/openid-configuration'],
  ])('finds the key set by %s', async (_, path) => {
    let issuer = '';
    const url = await serve((request, response) => {
      response.statusCode = request.url === path ? 200 : 404;
      response.end(JSON.stringify({ issuer, jwks_uri: `${url}/keys` }));
    });
    issuer = `${url}/realms/shop`;
    expect((await discoverKeySetAddress(issuer, false, deadline())).href).toBe(`${url}/keys`);
  });

  test('does not believe metadata that names another issuer', async () => {
    const url = await serve((_, response) =>
      response.end(JSON.stringify({ issuer: `${url}/`, jwks_uri: `${url}/keys` })),
    );
    await expect(discoverKeySetAddress(url, false, deadline())).rejects.toThrow('names another issuer');
  });

  test('does not follow the metadata to a plain http address elsewhere', async () => {
    const url = await serve((_, response) =>
      response.end(JSON.stringify({ issuer: url, jwks_uri: 'http://keys.example/jwks' })),
    );
    await expect(discoverKeySetAddress(url, false, deadline())).rejects.toThrow('must be https');
  });
});

describe('a document of the issuer', () => {
  test.each<[string, RequestListener, string]>([
    [
      'a redirect',
      ({ url }, response) => response.writeHead(url === '/good' ? 200 : 302, { location: '/good' }).end('{}'),
      'redirect',
    ],
    ['a page', (_, response) => response.end('<html></html>'), 'it is not JSON'],
    ['an error', (_, response) => response.writeHead(500).end('{}'), 'status 500'],
    ['ten megabytes', (_, response) => response.end(Buffer.alloc(10_000_000, 32)), 'larger than'],
    ['silence', () => undefined, 'no answer in time'],
  ])('is not %s', async (_, listener, reason) => {
    const url = await serve(listener);
    await expect(fetchJson(new URL(url), deadline())).rejects.toThrow(reason);
  });
});
