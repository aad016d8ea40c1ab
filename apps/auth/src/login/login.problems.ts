import { HttpStatus } from '@nestjs/common';
import { ProblemException } from '@waybill/service-defaults';

/** A token bound to the address of a proxy would work for everybody who comes through it. */
export function clientAddressUnknown(): ProblemException {
  return new ProblemException(
    HttpStatus.BAD_REQUEST,
    'client_address_unknown',
    'The address of the client is unknown',
    'The proxy before this service does not say who asks, so that no token can be bound to your address. Sign in without bindAddress, or have the proxy send X-Forwarded-For.',
  );
}
