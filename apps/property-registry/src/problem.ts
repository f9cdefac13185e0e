import { encodeAfter } from '@propledger/contracts';
import { Problem, type ProblemCatalogue, type ProblemExtras, type ProblemKind } from '@propledger/service-kit';
import { afterOf, type RegistryOutcome } from './archive/registry-books';
import type { RegistryRejection } from './archive/facts';

const kind = (status: number, zh: string, en: string): ProblemKind => ({ status, zh, en });

/** A new rejection does not compile until it has a status here. */
const REJECTIONS: Record<RegistryRejection['code'], ProblemKind> = {
  'project-exists': kind(409, '项目编码已被使用', 'This project code is taken'),
  'project-not-found': kind(404, '没有这个项目', 'There is no such project'),
  'resource-exists': kind(409, '资源编码已被使用', 'This resource code is taken'),
  'resource-not-found': kind(404, '没有这个资源', 'There is no such resource'),
  'parent-room-unknown': kind(422, '所属房间不存在', 'The room it goes with is not known'),
  'not-of-this-kind': kind(422, '字段与资源种类不符', 'A field does not fit this kind of resource'),
  'operator-exists': kind(409, '工号已被使用', 'This operator code is taken'),
  'operator-not-found': kind(404, '没有这个操作员', 'There is no such operator'),
  'old-password-wrong': kind(422, '原密码不对', 'The old password is wrong'),
  'scope-unknown': kind(422, '授权范围中的项目不存在', 'The project of the scope is not known'),
  'last-administrator': kind(409, '至少保留一位集团管理员', 'The group keeps at least one administrator'),
};

export const REGISTRY_PROBLEMS = {
  ...REJECTIONS,
  'sign-in-elsewhere': kind(409, '请在统一身份平台登录', 'Sign in at the configured identity provider'),
  'import-held': kind(409, '项目正被另一导入占用', 'Another import holds one of these projects'),
  'import-over': kind(409, '这个导入已结束', 'This import is over already'),
} as const satisfies ProblemCatalogue;

const extrasOf = (rejection: RegistryRejection): ProblemExtras => {
  switch (rejection.code) {
    case 'not-of-this-kind':
      return {
        errors: rejection.fields.map((field) => ({
          pointer: `/body/${field}`,
          code: 'not-of-this-kind',
          message: '与资源种类不符 does not fit the kind',
        })),
      };
    case 'project-exists':
    case 'scope-unknown':
      return { detail: rejection.project };
    case 'resource-exists':
      return { detail: rejection.resource };
    case 'parent-room-unknown':
      return { detail: rejection.room };
    case 'operator-exists':
      return { detail: rejection.operator };
    default:
      return {};
  }
};

/**
 * The `after` token of a command that was recorded, now or when it first came.
 *
 * @throws Problem when it was not.
 */
export const recorded = (outcome: RegistryOutcome, book: string): string => {
  switch (outcome.kind) {
    case 'accepted':
      return encodeAfter(afterOf(book, outcome.lastPosition));
    case 'refused':
      throw new Problem(outcome.rejection.code, extrasOf(outcome.rejection));
    case 'key-reused':
      throw new Problem('idempotency-key-reused');
    case 'held':
      throw new Problem('book-held', { retryAfterSeconds: 5 });
    default:
      throw new Error(`no answer for ${String(outcome satisfies never)}`);
  }
};
