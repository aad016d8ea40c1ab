import fc from 'fast-check';
import type { Specimen } from './specimen.js';
import { soundSpecimens, specimens } from './specimens.js';

/** A request to a guarded service. `<token>` in a field or the query stands for the token of the specimen. */
export interface RequestSpecimen {
  readonly route: keyof typeof routes;
  readonly token: Specimen;
  /** The Authorization header lines: name and value. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  readonly query: string;
}

/** The routes of the guarded service, what each needs, and its answer to a caller who may. */
export const routes = {
  '/public': { method: 'GET', open: true, declared: true, scopes: [], match: 'all', status: 200 },
  '/whoami': { method: 'GET', open: false, declared: true, scopes: [], match: 'all', status: 200 },
  '/orders': {
    method: 'POST',
    open: false,
    declared: true,
    scopes: ['order.write', 'payment.create'],
    match: 'all',
    status: 201,
  },
  '/any': {
    method: 'GET',
    open: false,
    declared: true,
    scopes: ['order.read', 'order.write'],
    match: 'any',
    status: 200,
  },
  '/unannotated': { method: 'GET', open: false, declared: false, scopes: [], match: 'all', status: 200 },
} as const;

const names = fc.constantFrom('Authorization', 'authorization', 'AUTHORIZATION', 'aUTHORIZATIOn');
const schemes =
  'Bearer |bearer |BEARER |Bearer   | Bearer |Bearer|Bearer\t|Bearer:|Bearer,|Bearers |Basic |DPoP ||"'.split('|');
const endings = ['', ' ', '\t', ',', ', Bearer <token>', ' <token>', ',<token>', '=', '==', '"', ';', '\xe9', '%20'];
const oddValue = fc.oneof(
  fc.tuple(fc.constantFrom(...schemes), fc.constantFrom(...endings)).map(([scheme, end]) => `${scheme}<token>${end}`),
  fc.constantFrom(
    '',
    ' ',
    'Bearer',
    'Bearer ',
    'bearer',
    'Basic YWxpY2U6c2VjcmV0',
    'Bearer null',
    'Bearer undefined',
    ',',
  ),
  fc.string({ maxLength: 12, unit: fc.constantFrom(...'Bearer \t=,;"~+/.:-_aZ09\xa0\xff') }),
);
const goodField = fc.tuple(names, fc.constantFrom('Bearer <token>', 'bearer <token>'));
const field = fc.oneof({ weight: 1, arbitrary: goodField }, { weight: 1, arbitrary: fc.tuple(names, oddValue) });
const fields = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(goodField) },
  { weight: 3, arbitrary: fc.tuple(fc.tuple(names, oddValue)) },
  { weight: 1, arbitrary: fc.array(field, { maxLength: 3 }) },
);

const queries = [
  'access_token=<token>',
  'access_token',
  'access_token=',
  'page=1&access_token=<token>',
  'page=1&&access_token=x',
  'page=1?&access_token=x',
  'page=1?access_token=x',
  '?access_token=x',
  'access%5Ftoken=x',
  '%61ccess_token=x',
  'page=%ZZ&access_token=x',
  'access_token=x&access_token=y',
  'ACCESS_TOKEN=x',
  'access-token=x',
  'page=access_token',
  'access_token[]=x',
  'page=1;access_token=x',
  'page=1%26access_token=x',
];
const query = fc.oneof({ weight: 6, arbitrary: fc.constant('') }, fc.constantFrom(...queries), fc.webQueryParameters());

/** Requests that carry a token in most of the ways in which one can be carried, rightly and wrongly. */
export const requests: fc.Arbitrary<RequestSpecimen> = fc.record({
  route: fc.constantFrom(...(Object.keys(routes) as (keyof typeof routes)[])),
  token: fc.oneof({ weight: 2, arbitrary: specimens }, soundSpecimens),
  fields,
  query,
});
