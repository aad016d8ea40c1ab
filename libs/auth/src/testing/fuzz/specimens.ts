import fc from 'fast-check';
import { honestSigners, otherSigners } from './issuer.js';
import { oddClaims, scopes } from './odd-claims.js';
import { oddDelivery, oddText } from './odd-encoding.js';
import { oddHeaderMember } from './odd-header.js';
import type { Specimen } from './specimen.js';

const none = fc.constant([]);
const few = <Edit>(edit: fc.Arbitrary<Edit>) => fc.array(edit, { minLength: 1, maxLength: 2 });
const honest = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom(honestSigners[0] ?? 'ec-1') },
  fc.constantFrom(...honestSigners),
);
const sound = { signer: honest, header: none, claims: none, headerText: none, claimsText: none, wire: none };

/** Tokens of which most have one thing about them that is odd, some nothing at all, and some everything. */
export const specimens: fc.Arbitrary<Specimen> = fc.oneof(
  fc.record(sound),
  { weight: 2, arbitrary: fc.record({ ...sound, signer: fc.constantFrom(...otherSigners) }) },
  { weight: 3, arbitrary: fc.record({ ...sound, header: few(oddHeaderMember) }) },
  { weight: 6, arbitrary: fc.record({ ...sound, claims: oddClaims }) },
  { weight: 2, arbitrary: fc.record({ ...sound, headerText: few(oddText) }) },
  { weight: 2, arbitrary: fc.record({ ...sound, claimsText: few(oddText) }) },
  { weight: 4, arbitrary: fc.record({ ...sound, wire: few(oddDelivery) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      signer: fc.oneof({ weight: 3, arbitrary: honest }, fc.constantFrom(...otherSigners)),
      header: fc.oneof(none, few(oddHeaderMember)),
      claims: fc.oneof(none, oddClaims),
      headerText: fc.oneof(none, few(oddText)),
      claimsText: fc.oneof(none, few(oddText)),
      wire: fc.oneof(none, few(oddDelivery)),
    }),
  },
);

/** Tokens of people who may do this or that, with nothing odd about them. */
export const soundSpecimens: fc.Arbitrary<Specimen> = fc.record({ ...sound, claims: scopes });
