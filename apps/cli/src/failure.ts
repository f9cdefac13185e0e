import { EXIT, type ExitCode } from './exit-codes';

/** An answer as RFC 9457 has it. */
export interface ProblemAnswer {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail?: string;
  readonly errors?: readonly { readonly pointer: string; readonly code: string; readonly message: string }[];
}

/** Ends a command with an exit code; the message is what the user reads, Chinese first. */
export class Failure extends Error {
  constructor(
    readonly exitCode: ExitCode,
    message: string,
    readonly problem?: ProblemAnswer,
  ) {
    super(message);
  }
}

/** The service answered with a problem. */
export class Refused extends Failure {
  constructor(override readonly problem: ProblemAnswer) {
    super(exitCodeOf(problem.status), wording(problem), problem);
  }
}

/** No answer came, or none that can be used now. Whether a command was carried out is not known. */
export class Unreachable extends Failure {
  constructor(message: string) {
    super(EXIT.unreachable, message);
  }
}

const exitCodeOf = (status: number): ExitCode => {
  if (status === 400) return EXIT.usage;
  if (status === 401 || status === 403) return EXIT.noRights;
  if (status === 429 || status >= 500) return EXIT.unreachable;
  return EXIT.refused;
};

const wording = ({ title, detail, errors = [] }: ProblemAnswer): string =>
  [
    detail === undefined ? title : `${title}: ${detail}`,
    ...errors.map(({ pointer, message }) => `  ${pointer}: ${message}`),
  ].join('\n');
