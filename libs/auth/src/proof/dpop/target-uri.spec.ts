import { describe, expect, test } from 'vitest';
import { targetUri } from './target-uri.js';

describe('target URIs are one', () => {
  test.each([
    ['HTTPS://Orders.Example/orders', 'https://orders.example/orders'],
    ['https://orders.example:443/orders', 'https://orders.example/orders'],
    ['http://orders.example:80/orders', 'http://orders.example/orders'],
    ['https://orders.example', 'https://orders.example/'],
    ['https://orders.example/orders?page=1', 'https://orders.example/orders'],
    ['https://orders.example/orders#top', 'https://orders.example/orders'],
    ['https://orders.example/a/../orders', 'https://orders.example/orders'],
    ['https://orders.example/%6frders/%7Ea', 'https://orders.example/orders/~a'],
    ['https://orders.example/a%2fb', 'https://orders.example/a%2Fb'],
  ])('%s and %s', (one, other) => {
    expect(targetUri(one)).toBe(targetUri(other));
    expect(targetUri(one)).toBeDefined();
  });
});

describe('target URIs are two', () => {
  test.each([
    ['https://orders.example/orders', 'http://orders.example/orders'],
    ['https://orders.example/orders', 'https://orders.example:8443/orders'],
    ['https://orders.example/orders', 'https://orders.example./orders'],
    ['https://orders.example/orders', 'https://orders.example/Orders'],
    ['https://orders.example/orders', 'https://orders.example/orders/'],
    ['https://orders.example/orders', 'https://orders.example//orders'],
    ['https://orders.example/a/b', 'https://orders.example/a%2Fb'],
  ])('%s and %s', (one, other) => {
    expect(targetUri(one)).not.toBe(targetUri(other));
  });
});

describe('no target URI is', () => {
  test.each([
    '',
    '/orders',
    'orders.example/orders',
    '//orders.example/orders',
    'ftp://orders.example/orders',
    'https:orders.example/orders',
    'https:\\\\orders.example/orders',
    'https://orders.example\\orders',
    'https://user@orders.example/orders',
    'https://user:password@orders.example/orders',
    ' https://orders.example/orders',
    'https://orders.example/orders ',
    'https://orders.example/or\nders',
    'https://orders.example:99999/orders',
  ])('%j', (uri) => {
    expect(targetUri(uri)).toBeUndefined();
  });
});
