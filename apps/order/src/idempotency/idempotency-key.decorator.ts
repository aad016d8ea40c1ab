import { createParamDecorator, type ExecutionContext, HttpStatus } from '@nestjs/common';
import { ProblemException } from '@waybill/service-defaults';

const visible = /^[\x21-\x7e]{1,255}$/;

/**
 * The `Idempotency-Key` of a request, undefined where it has none. Two header fields of that name are one value with a
 * space in it, and refused as such. @throws ProblemException 400 where it is not 1 to 255 visible ASCII characters
 */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext): string | undefined => {
  const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string | undefined> }>();
  const key = headers['idempotency-key'];
  if (key === undefined || visible.test(key)) return key;
  throw new ProblemException(
    HttpStatus.BAD_REQUEST,
    'idempotency_key_malformed',
    'The idempotency key is malformed',
    'Idempotency-Key must be one value of 1 to 255 visible ASCII characters, without white space.',
  );
});
