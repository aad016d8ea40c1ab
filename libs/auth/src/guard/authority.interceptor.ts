import { type CallHandler, type ExecutionContext, Injectable, type NestInterceptor } from '@nestjs/common';
import { Observable } from 'rxjs';
import { runWithAuthority } from '../call/authority.js';
import { runUntil } from '../call/deadline.js';
import { authorityIn } from './authority-in.js';
import { RequestDeadlines } from './receive/request-deadlines.js';

/**
 * Runs the handler with the authority of its request, so that `ServiceClient` can carry it on, and with none where there is
 * none; and with the deadline of its request.
 */
@Injectable()
export class AuthorityInterceptor implements NestInterceptor {
  constructor(private readonly deadlines: RequestDeadlines) {}

  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const authority = authorityIn(context);
    const deadline = this.deadlines.of(context);
    return new Observable((subscriber) =>
      runWithAuthority(authority, () => runUntil(deadline, () => next.handle().subscribe(subscriber))),
    );
  }
}
