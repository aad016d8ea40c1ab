import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Observable } from 'rxjs';
import { runWithAuthority } from '../call/authority.js';
import { authorityIn } from './authority-in.js';

/** Runs the handler with the authority of its request, so that `ServiceClient` can carry it on; and with none where there is none. */
@Injectable()
export class AuthorityInterceptor implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const authority = authorityIn(context);
    return new Observable((subscriber) => runWithAuthority(authority, () => next.handle().subscribe(subscriber)));
  }
}
