import {
  applyDecorators,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { ApiAcceptedResponse, ApiProperty } from '@nestjs/swagger';
import { encodeAfter } from '@propledger/contracts';
import type { FastifyReply } from 'fastify';
import { tap, type Observable } from 'rxjs';
import type { Approvals, ApprovalState } from './ledger-store/approvals';
import type { LedgerTask } from './ledger-store/task';
import { doneOf, type Done } from './problem';
import type { Recorded } from './shapes';
import { lastOf, type Call } from './submit';

export const APPROVAL_STATES = ['waiting', 'approved', 'rejected'] as const;

/** Nothing is in the book yet: a second person must approve. */
export class AwaitingApproval {
  @ApiProperty({ format: 'uuid', description: '待复核编号 approve or reject it by this id' })
  approval!: string;
  @ApiProperty({ enum: APPROVAL_STATES, description: 'rejected: 复核人已拒绝 a second person has rejected it' })
  state!: ApprovalState;
  @ApiProperty({ description: '之后的查询带上它即可看到本次结果 Give it to later queries, and they have seen this' })
  after!: string;
}

/**
 * Submits a caller's command that may take two people. Its route says so with `@MayAwaitApproval`.
 *
 * @param content what the caller sent, with the kind of command: what his key stands for.
 * @throws Problem when nothing was recorded and nothing is kept.
 */
export const submitForTwo = async (
  approvals: Approvals,
  call: Call,
  content: object,
  task: LedgerTask,
): Promise<Recorded | AwaitingApproval> => {
  const done = await outcomeForTwo(approvals, call, content, task);
  return done instanceof AwaitingApproval ? done : lastOf(done);
};

/** The same, with all that was done. */
export const outcomeForTwo = async (
  approvals: Approvals,
  { project, key, caller: { operator, correlationId } }: Call,
  content: object,
  task: LedgerTask,
): Promise<Done | AwaitingApproval> => {
  const outcome = await approvals.submit({ project, operator, key, correlationId, content, task });
  if (outcome.kind !== 'kept') return doneOf(project, outcome);
  const { approval, state } = outcome;
  return Object.assign(new AwaitingApproval(), { approval, state, after: encodeAfter({}) });
};

class AcceptedWhenKept implements NestInterceptor {
  intercept(context: ExecutionContext, next: CallHandler): Observable<unknown> {
    const reply = context.switchToHttp().getResponse<FastifyReply>();
    return next.handle().pipe(
      tap((answer) => {
        if (answer instanceof AwaitingApproval) reply.status(202);
      }),
    );
  }
}

/** Answers 202 and documents it. */
export const MayAwaitApproval = (): MethodDecorator =>
  applyDecorators(
    UseInterceptors(AcceptedWhenKept),
    ApiAcceptedResponse({
      type: AwaitingApproval,
      description:
        '超过项目限额, 或须两人, 待他人复核后入账 Above the project’s limit, or for two people: kept until a second person approves or rejects it.',
    }),
  );
