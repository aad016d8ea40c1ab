import { ProblemException } from '@waybill/service-defaults';

/** 404: no key that signs access tokens has this identifier. */
export const keyNotFound = () =>
  new ProblemException(404, 'key_not_found', 'No such key', 'No key that signs access tokens has this kid.');

/** 409: it was withdrawn before, or left the key set because all that it had signed has expired. */
export const keyWithdrawn = () =>
  new ProblemException(409, 'key_withdrawn', 'The key is withdrawn', 'This key is trusted by nobody any more.');
