import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Observable } from 'rxjs';
import { authorityOf, runWithAuthority } from '../call/authority.js';

/** Runs the handler with the authority of its request, so that `ServiceClient` can carry it on. */
@Injectable()
export class AuthorityInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const request = context.switchToHttp().getRequest<object | undefined>();
    const authority = request && authorityOf(request);
    if (!authority) return next.handle();
    return new Observable((subscriber) => runWithAuthority(authority, () => next.handle().subscribe(subscriber)));
  }
}
