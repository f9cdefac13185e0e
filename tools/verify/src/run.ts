import { isVerifierKey } from '@propledger/proof';
import { isUtf8 } from 'node:buffer';
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { checkHere, checkInThreads } from './checkers';
import { HELP, readArguments, WrongUsage, type Asked } from './options';
import { receiptVerdict, type ReceiptVerdict } from './receipt';
import { inWords } from './words';
import { verifyBundle, type Checker, type Verdict } from './verify-bundle';
import type { Setting } from './check-piece';

export const EXIT = { intact: 0, usage: 2, notVerified: 5 } as const;

export interface Surroundings {
  /** The program itself, which threads run; null: everything in one thread. */
  readonly script: string | null;
  /** Results: standard output. */
  readonly print: (text: string) => void;
  /** What went wrong with the call: standard error. */
  readonly tell: (text: string) => void;
  readonly progress?: (done: number, all: number) => void;
}

/** Runs one command line and answers its exit code. */
export const run = async (argv: readonly string[], surroundings: Surroundings): Promise<number> => {
  const { print, tell } = surroundings;
  try {
    const asked = readArguments(argv);
    if (asked.help) {
      print(HELP);
      return EXIT.intact;
    }
    const { bundle, receipt } = await verdicts(asked, surroundings);
    print(asked.json ? `${JSON.stringify({ ...bundle, ...(receipt && { receipt }) })}\n` : inWords(bundle, receipt));
    return (bundle?.intact ?? true) && (receipt?.valid ?? true) ? EXIT.intact : EXIT.notVerified;
  } catch (error) {
    if (!(error instanceof WrongUsage)) throw error;
    tell(`${error.message}\n`);
    return EXIT.usage;
  }
};

interface Verdicts {
  readonly bundle: Verdict | undefined;
  readonly receipt: ReceiptVerdict | undefined;
}

const verdicts = async (asked: Asked, surroundings: Surroundings): Promise<Verdicts> => {
  const key = asked.key === undefined ? undefined : keyOf(asked.key);
  const checkpoints = asked.checkpoints.map(contentOf);
  const proof = asked.receipt === undefined ? undefined : contentOf(asked.receipt);
  const checker = (setting: Setting, bytes: number): Checker => checkerFor(asked, surroundings, setting, bytes);
  const { progress } = surroundings;
  const bundle =
    asked.bundle === undefined
      ? undefined
      : await verifyBundle(asked.bundle, {
          ...{ key, checkpoints, points: asked.points, checker },
          ...(progress && { progress }),
        }).catch(unreadable(asked.bundle));
  const known = key ?? (bundle?.intact ? bundle.key : undefined);
  const tree = bundle?.intact ? bundle : undefined;
  const receipt =
    proof === undefined || known === undefined ? undefined : receiptVerdict(proof, known, checkpoints, tree);
  return { bundle, receipt };
};

/** Below this a thread costs more than it saves. */
const SMALL_BYTES = 8 << 20;

const checkerFor = ({ threads }: Asked, { script }: Surroundings, setting: Setting, bytes: number): Checker => {
  const width = threads ?? (bytes < SMALL_BYTES ? 1 : availableParallelism());
  return script === null || width === 1 ? checkHere(setting) : checkInThreads(script, width, setting);
};

const keyOf = (given: string): string => {
  const key = isVerifierKey(given) || !existsSync(given) ? given : contentOf(given).trim();
  if (!isVerifierKey(key)) throw new WrongUsage(`--key: NAME+KEYID+BASE64, not ${given}`);
  return key;
};

const contentOf = (path: string): string => {
  try {
    const bytes = readFileSync(path);
    // Bytes that are no UTF-8 would be read as U+FFFD, and could pass for it.
    return isUtf8(bytes) ? bytes.toString() : '';
  } catch (error) {
    return unreadable(path)(error);
  }
};

const unreadable =
  (path: string) =>
  (error: unknown): never => {
    const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
    if (code === null) throw error;
    throw new WrongUsage(`读不了 can't read ${path}: ${code}`);
  };
