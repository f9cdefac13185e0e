import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Reflector } from '@nestjs/core';
import type { Permission } from '@propledger/contracts';
import { type AccessDirectory, NotCaughtUp } from './access';
import { Caller, type Reach } from './caller';
import { correlationOf } from './correlation';
import { PERMISSION, PUBLIC, type SignedInRequest } from './decorators';
import { Problem } from './problem';
import type { TokenVerifier } from './tokens';

const NO_REACH: Reach = { grants: [], projectsOfRegion: new Map() };

/** Nobody without a token gets in, and no route without its permission. */
export class AuthGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly verifier: TokenVerifier,
    private readonly access: AccessDirectory,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.reflector.get<boolean | undefined>(PUBLIC, context.getHandler())) return true;
    const request = context.switchToHttp().getRequest<SignedInRequest>();
    const caller = await this.callerOf(request);
    request.caller = caller;
    const permission = this.reflector.get<Permission | undefined>(PERMISSION, context.getHandler());
    if (permission === undefined) throw new Problem('forbidden');
    const { project } = request.params as { project?: string };
    if (project !== undefined) caller.require(permission, project);
    else if (caller.projects(permission) !== 'all' && (caller.projects(permission) as ReadonlySet<string>).size === 0)
      throw new Problem('forbidden');
    return true;
  }

  private async callerOf(request: SignedInRequest): Promise<Caller> {
    const [scheme, token, more] = (request.headers.authorization ?? '').split(' ');
    if (scheme?.toLowerCase() !== 'bearer' || !token || more !== undefined || token.length > 16_384)
      throw new Problem('not-signed-in');
    try {
      const subject = await this.verifier.verify(token);
      if (subject === null) throw new Problem('not-signed-in');
      const correlationId = correlationOf(request);
      if (subject.isService) return new Caller(subject.subject, NO_REACH, true, correlationId);
      const reach = await this.access.reachOf(subject.subject, subject.seenPosition);
      if (reach === null) throw new Problem('not-signed-in');
      return new Caller(subject.subject, reach, false, correlationId);
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (error instanceof NotCaughtUp) throw new Problem('not-caught-up', { retryAfterSeconds: 1 });
      throw new Problem('unavailable', { retryAfterSeconds: 2 });
    }
  }
}
