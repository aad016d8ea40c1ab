import { describe, expect, test } from 'vitest';
import { CredentialsMissing, RequestMalformed } from '../refuse/index.js';
import { bearerToken } from './bearer-token.js';

const request = (field: string, url = '/orders') => ({
  method: 'GET',
  originalUrl: url,
  rawHeaders: ['Authorization', field],
});

describe('the bearer token of a request', () => {
  test.each(['Bearer abc', 'bearer abc', 'BEARER   abc', ' \tBearer abc \t'])('is taken from %j', (field) => {
    expect(bearerToken(request(field))).toBe('abc');
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
    expect(() => bearerToken(request(field))).toThrow(RequestMalformed);
  });

  test.each(['', 'Bearers abc', 'Bearer-abc', 'Basic abc', '\xa0Bearer abc'])('is not in %j', (field) => {
    expect(() => bearerToken(request(field))).toThrow(CredentialsMissing);
  });

  test.each(['?access_token=abc', '?access%5Ftoken=abc', '?page=1&access_token', '?page=1?&access_token=abc'])(
    'may not stand in the query %s as well',
    (query) => {
      expect(() => bearerToken(request('Bearer abc', `/orders${query}`))).toThrow(RequestMalformed);
    },
  );

  test.each(['?page=access_token', '?ACCESS_TOKEN=abc', '?page=1?access_token=abc', '??access_token=abc'])(
    'is alone where the query is %s',
    (query) => {
      expect(bearerToken(request('Bearer abc', `/orders${query}`))).toBe('abc');
    },
  );
});
