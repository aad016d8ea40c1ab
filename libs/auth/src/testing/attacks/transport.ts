import type { Attack, Family } from './attack.js';
import { type AttackRequest } from './attack-request.js';

/** Where and how credentials are sent (RFC 6750 §2, RFC 9110 §11.6.2). */
export const transport: Family = {
  name: 'transport',
  attacks: [
    { name: 'no credentials', expected: 'N', attack: () => ({ headers: [] }) },
    ...['Basic YWxpY2U6cGFzc3dvcmQ=', 'Digest username="alice"', 'Token abc', 'Bearerabc', 'Bear er'].map(
      (credentials): Attack => ({
        name: `another scheme: ${credentials.split(' ')[0]}`,
        expected: 'N',
        attack: () => authorization(credentials),
      }),
    ),
    { name: 'a good token under another scheme', expected: 'N', attack: ({ token }) => authorization(`JWT ${token}`) },
    { name: 'a good token without a scheme', expected: 'N', attack: ({ token }) => authorization(token) },
    { name: 'an empty Authorization field', expected: 'N', attack: () => authorization('') },
    { name: 'Bearer and no token', expected: 'R', attack: () => authorization('Bearer') },
    { name: 'Bearer and a space', expected: 'R', attack: () => authorization('Bearer ') },
    { name: 'Bearer and a comma', expected: 'R', attack: () => authorization('Bearer ,') },
    { name: 'a colon after Bearer', expected: 'R', attack: ({ token }) => authorization(`Bearer: ${token}`) },
    { name: 'a tab after Bearer', expected: 'R', attack: ({ token }) => authorization(`Bearer\t${token}`) },
    {
      name: 'a no-break space before the token',
      expected: 'R',
      attack: ({ token }) => authorization(`Bearer \u00a0${token}`),
    },
    { name: 'something after the token', expected: 'R', attack: ({ token }) => authorization(`Bearer ${token} more`) },
    {
      name: 'a parameter after the token',
      expected: 'R',
      attack: ({ token }) => authorization(`Bearer ${token}, realm="a"`),
    },
    {
      name: 'two tokens joined by a comma',
      expected: 'R',
      attack: ({ token }) => authorization(`Bearer ${token}, Bearer ${token}`),
    },
    {
      name: 'two tokens after one Bearer',
      expected: 'R',
      attack: ({ token }) => authorization(`Bearer ${token} ${token}`),
    },
    {
      name: 'Basic and Bearer joined by a comma',
      expected: 'N',
      attack: ({ token }) => authorization(`Basic YTpi, Bearer ${token}`),
    },
    {
      name: 'two Authorization fields, both good',
      expected: 'R',
      attack: ({ token }) => authorization(`Bearer ${token}`, `Bearer ${token}`),
    },
    {
      name: 'a good Authorization field, then a bad one',
      expected: 'R',
      attack: ({ token }) => authorization(`Bearer ${token}`, 'Bearer bad'),
    },
    {
      name: 'a good Authorization field, then an empty one',
      expected: 'R',
      attack: ({ token }) => authorization(`Bearer ${token}`, ''),
    },
    {
      name: 'two Authorization fields in different case',
      expected: 'R',
      attack: ({ token }) => ({
        headers: [
          ['authorization', `Bearer ${token}`],
          ['AUTHORIZATION', 'Basic YTpi'],
        ],
      }),
    },
    {
      name: 'a token in the query only',
      expected: 'N',
      attack: ({ token, route }) => ({ headers: [], target: `${route.path}?access_token=${token}` }),
    },
    {
      name: 'a token in header and query',
      expected: 'R',
      attack: ({ token, route }) => ({
        ...authorization(`Bearer ${token}`),
        target: `${route.path}?access_token=${token}`,
      }),
    },
    {
      name: 'a token in header and percent-encoded query',
      expected: 'R',
      attack: ({ token, route }) => ({
        ...authorization(`Bearer ${token}`),
        target: `${route.path}?a=1&access%5Ftoken=x`,
      }),
    },
    ...['Proxy-Authorization', 'X-Authorization', 'X-Access-Token', 'X-Forwarded-Authorization'].map(
      (field): Attack => ({
        name: `a token in ${field} only`,
        expected: 'N',
        attack: ({ token }) => ({ headers: [[field, `Bearer ${token}`]] }),
      }),
    ),
    {
      name: 'a token in a cookie only',
      expected: 'N',
      attack: ({ token }) => ({ headers: [['Cookie', `access_token=${token}; Authorization=Bearer%20${token}`]] }),
    },
    {
      name: 'a line break before the token',
      expected: 'P',
      attack: ({ token }) => authorization(`Bearer\r\n ${token}`),
    },
    { name: 'the scheme in lower case', expected: 'A', attack: ({ token }) => authorization(`bearer ${token}`) },
    { name: 'the scheme in capitals', expected: 'A', attack: ({ token }) => authorization(`BEARER ${token}`) },
    { name: 'several spaces after Bearer', expected: 'A', attack: ({ token }) => authorization(`Bearer   ${token}`) },
    { name: 'a genuine token', expected: 'A', attack: ({ token }) => authorization(`Bearer ${token}`) },
  ],
};

function authorization(...credentials: readonly string[]): AttackRequest {
  return { headers: credentials.map((value) => ['Authorization', value] as const) };
}
