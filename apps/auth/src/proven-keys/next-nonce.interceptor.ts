import type { IncomingMessage } from 'node:http';
import { type CallHandler, type ExecutionContext, Inject, Injectable, type NestInterceptor } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import { DpopProofs } from '@waybill/auth';

/** Gives the nonce for the next proof to whoever sends proofs (RFC 9449 §8.2), so that nobody has to ask for it by a refusal. */
@Injectable()
export class NextNonceInterceptor implements NestInterceptor {
  constructor(
    @Inject(DpopProofs) private readonly proofs: DpopProofs,
    private readonly adapterHost: HttpAdapterHost,
  ) {}

  intercept(context: ExecutionContext, next: CallHandler) {
    const http = context.switchToHttp();
    const { raw } = http.getRequest<{ raw: IncomingMessage }>();
    const nonce = this.proofs.currentNonce();
    if (nonce !== undefined && raw.headersDistinct.dpop) {
      this.adapterHost.httpAdapter.setHeader(http.getResponse(), 'DPoP-Nonce', nonce);
    }
    return next.handle();
  }
}
