/** What the program's exit says; the same list stands in --help and in docs/operations.md. */
export const EXIT = {
  ok: 0,
  refused: 1,
  usage: 2,
  noRights: 3,
  unreachable: 4,
  notVerified: 5,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_HELP = `
退出码 Exit codes:
  0  完成 done
  1  被规则拒绝 refused by a rule
  2  用法或输入有误 wrong usage or input
  3  未登录或没有权限 not signed in, or no rights
  4  连接不上、超时或暂不可用 not reachable, timed out or not available now
  5  账簿校验不通过 the book does not verify`;
