import { calculateJwkThumbprint, EmbeddedJWK, exportJWK, generateKeyPair, type JWK, jwtVerify, SignJWT } from 'jose';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { memoryReplayStore } from '../replay/memory.replay-store.js';
import { createDpopProof } from './create-proof.js';
import { dpopAlgorithms } from './dpop-algorithm.js';
import { createDpopKey } from './dpop-key.js';
import { DpopProofs } from './dpop-proofs.js';

const url = 'https://orders.example/orders';
const proofsAt = (publicUrl: string) =>
  new DpopProofs({ publicUrls: [publicUrl], replayStore: { ...memoryReplayStore(), forgetsOnRestart: false } });

afterEach(() => {
  vi.useRealTimers();
});

/** The key of every example in RFC 9449, and its thumbprint (§6.1). */
const header =
  'eyJ0eXAiOiJkcG9wK2p3dCIsImFsZyI6IkVTMjU2IiwiandrIjp7Imt0eSI6IkVDIiwieCI6Imw4dEZyaHgtMzR0VjNoUklDUkRZOXpDa0RscEJoRjQyVVFVZldWQVdCRnMiLCJ5IjoiOVZFNGpmX09rX282NHpiVFRsY3VOSmFqSG10NnY5VERWclUwQ2R2R1JEQSIsImNydiI6IlAtMjU2In19';
const keyThumbprint = '0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I';

describe('the proof of RFC 9449', () => {
  test('§4.2, for a token request, holds', async () => {
    vi.useFakeTimers({ now: 1562262616_000 });
    const proof = `${header}.eyJqdGkiOiItQndDM0VTYzZhY2MybFRjIiwiaHRtIjoiUE9TVCIsImh0dSI6Imh0dHBzOi8vc2VydmVyLmV4YW1wbGUuY29tL3Rva2VuIiwiaWF0IjoxNTYyMjYyNjE2fQ.2-GxA6T8lP4vfrg8v-FdWP0A0zdrj8igiMLvqRMUvwnQg4PtFLbdLXiOSsX0x7NVY-FNyJK70nfbV37xRZT3Lg`;
    const request = { fields: [proof], method: 'POST', path: '/token' };
    expect(await proofsAt('https://server.example.com').verify(request)).toEqual({ keyThumbprint });
  });

  test('§7.1, for a protected resource, holds with its token and with no other', async () => {
    vi.useFakeTimers({ now: 1562262618_000 });
    const proof = `${header}.eyJqdGkiOiJlMWozVl9iS2ljOC1MQUVCIiwiaHRtIjoiR0VUIiwiaHR1IjoiaHR0cHM6Ly9yZXNvdXJjZS5leGFtcGxlLm9yZy9wcm90ZWN0ZWRyZXNvdXJjZSIsImlhdCI6MTU2MjI2MjYxOCwiYXRoIjoiZlVIeU8ycjJaM0RaNTNFc05yV0JiMHhXWG9hTnk1OUlpS0NBcWtzbVFFbyJ9.2oW9RP35yRqzhrtNP86L-Ey71EOptxRimPPToA1plemAgR6pxHF8y6-yqyVnmcw6Fy1dqd-jfxSYoMxhAJpLjA`;
    const request = { fields: [proof], method: 'GET', path: '/protectedresource', keyThumbprint };
    const accessToken = 'Kz~8mXK1EalYznwH-LC-1fBAo.4Ljp~zsPE_NeO.gxU';
    const proofs = proofsAt('https://resource.example.org');
    await expect(proofs.verify({ ...request, accessToken: `${accessToken}x` })).rejects.toThrow('dpop.ath');
    expect(await proofs.verify({ ...request, accessToken })).toEqual({ keyThumbprint });
  });
});

describe.each(dpopAlgorithms)('with jose, by %s,', (algorithm) => {
  test('a proof that is made there holds here, under the same thumbprint', async () => {
    const { publicKey, privateKey } = await generateKeyPair(algorithm);
    const jwk = await exportJWK(publicKey);
    const proof = await new SignJWT({ htm: 'GET', htu: url, jti: crypto.randomUUID() })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: algorithm, jwk })
      .setIssuedAt()
      .sign(privateKey);
    const request = { fields: [proof], method: 'GET', path: '/orders' };
    expect(await proofsAt('https://orders.example').verify(request)).toEqual({
      keyThumbprint: await calculateJwkThumbprint(jwk),
    });
  });

  test('a proof that is made here holds there, under the same thumbprint', async () => {
    const key = createDpopKey(algorithm);
    const proof = createDpopProof({ key, method: 'GET', url: `${url}?page=1`, accessToken: 'token', nonce: 'n' });
    const { payload } = await jwtVerify(proof, EmbeddedJWK, { typ: 'dpop+jwt', algorithms: [algorithm] });
    expect(payload).toMatchObject({ htm: 'GET', htu: url, nonce: 'n', ath: expect.stringMatching(/^.{43}$/) });
    expect(await calculateJwkThumbprint(key.publicJwk as JWK)).toBe(key.thumbprint);
  });
});
