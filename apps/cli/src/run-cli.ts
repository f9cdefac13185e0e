import { CommanderError } from 'commander';
import { EXIT, type ExitCode } from './exit-codes';
import { Failure, Unreachable } from './failure';
import { makeProgram } from './program';
import type { Invocation } from './session';

type Surroundings = Omit<Invocation, 'url' | 'json'>;

/** Runs one command line and answers its exit code. */
export const runCli = async (argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> => {
  const program = makeProgram(surroundings);
  for (const command of [program, ...program.commands.flatMap((one) => [one, ...one.commands])]) command.exitOverride();
  try {
    await program.parseAsync(argv, { from: 'user' });
    return EXIT.ok;
  } catch (error) {
    // Commander has printed what it has to say: help, the version, or what is wrong with the arguments.
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return explained(error, argv.includes('--json'), surroundings);
  }
};

const explained = (error: unknown, json: boolean, { print, tell }: Surroundings): ExitCode => {
  const failure =
    error instanceof Failure ? error : new Unreachable(error instanceof Error ? error.message : String(error));
  if (json)
    print(
      JSON.stringify({
        error: failure.message,
        exitCode: failure.exitCode,
        ...(failure.problem && { problem: failure.problem }),
      }),
    );
  else tell(failure.message);
  return failure.exitCode;
};
