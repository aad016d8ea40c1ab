import { describe, expect, test } from 'vitest';
import { CredentialsMissing, RequestMalformed } from '../../refuse/index.js';
import { presentedToken, schemeUsed } from './presented-token.js';

const request = (field: string, url = '/orders') => ({
  method: 'GET',
  originalUrl: url,
  rawHeaders: ['Authorization', field],
});

const bearerToken = (...given: Parameters<typeof request>) => presentedToken(request(...given), false).token;

describe('the bearer token of a request', () => {
  test.each(['Bearer abc', 'bearer abc', 'BEARER   abc', ' \tBearer abc \t'])('is taken from %j', (field) => {
    expect(bearerToken(field)).toBe('abc');
  });

  test.each([
    'Bearer',
    'Bearer ',
    'Bearer\tabc',
    'Bearer:abc',
    'Bearer,abc',
    'Bearer abc, Bearer abc',
    'Bearer abc\xa0',
  ])('is malformed in %j', (field) => {
    expect(() => bearerToken(field)).toThrow(RequestMalformed);
  });

  test.each(['', 'Bearers abc', 'Bearer-abc', 'Basic abc', '\xa0Bearer abc'])('is not in %j', (field) => {
    expect(() => bearerToken(field)).toThrow(CredentialsMissing);
  });

  test.each(['?access_token=abc', '?access%5Ftoken=abc', '?page=1&access_token', '?page=1?&access_token=abc'])(
    'may not stand in the query %s as well',
    (query) => {
      expect(() => bearerToken('Bearer abc', `/orders${query}`)).toThrow(RequestMalformed);
    },
  );

  test.each(['?page=access_token', '?ACCESS_TOKEN=abc', '?page=1?access_token=abc', '??access_token=abc'])(
    'is alone where the query is %s',
    (query) => {
      expect(bearerToken('Bearer abc', `/orders${query}`)).toBe('abc');
    },
  );
});

describe('the DPoP token of a request', () => {
  test.each(['DPoP abc', 'dpop abc', ' \tDPOP   abc '])('is taken from %j', (field) => {
    expect(presentedToken(request(field), true)).toEqual({ scheme: 'DPoP', token: 'abc' });
  });

  test.each(['DPoP', 'DPoP:abc', 'DPoP abc, Bearer abc', 'DPoP\tabc'])('is malformed in %j', (field) => {
    expect(() => presentedToken(request(field), true)).toThrow(RequestMalformed);
  });

  test('is that of another scheme where no proofs are taken', () => {
    expect(() => presentedToken(request('DPoP abc'), false)).toThrow(CredentialsMissing);
  });

  test('may not come beside a Bearer token', () => {
    const rawHeaders = ['Authorization', 'DPoP abc', 'Authorization', 'Bearer abc'];
    expect(() => presentedToken({ ...request(''), rawHeaders }, true)).toThrow(RequestMalformed);
    expect(schemeUsed({ ...request(''), rawHeaders })).toBeUndefined();
  });
});
