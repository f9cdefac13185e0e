import { parseArgs } from 'node:util';

export const HELP = `propledger-verify BUNDLE [--key VKEY] [--checkpoint OLD.txt]… [--known POSITION:HASH]… [--receipt PROOF.json]

离线校验审计包: 重算每条事件、链、借贷、关账试算表、封存与签名
Checks an audit bundle offline: recomputes every event, the chain, balances, closings, seals and signatures.

  --key VKEY             日志公钥 (或含公钥的文件), 须来自他处 the log's key (or a file with it), from elsewhere than the bundle
  --checkpoint OLD.txt   此前保存的检查点, 须仍成立 a checkpoint kept from earlier, which must still stand
  --known POSITION:HASH  此前记下的位置与哈希 a position and hash written down earlier
  --receipt PROOF.json   校验一张收据的证明 checks the proof of one receipt (BUNDLE may be left out; needs --key then)
  --threads N            线程数 threads, default: as many as there are cores
  --json                 以 JSON 输出 print JSON
  --help

退出码 Exit codes: 0 完好 intact, 5 校验不通过 does not verify, 2 用法有误或文件不可读 wrong usage, or a file can't be read
`;

/** What the command line asked for. Paths of files are not read yet. */
export interface Asked {
  readonly bundle: string | undefined;
  readonly key: string | undefined;
  readonly checkpoints: readonly string[];
  readonly points: readonly { readonly position: number; readonly hash: string }[];
  readonly receipt: string | undefined;
  readonly threads: number | undefined;
  readonly json: boolean;
  readonly help: boolean;
}

/** @throws WrongUsage */
export const readArguments = (argv: readonly string[]): Asked => {
  const { values, positionals } = parsed(argv);
  const { key, receipt, threads, json = false, help = false } = values;
  if (!help && (positionals.length > 1 || (positionals.length === 0 && receipt === undefined)))
    throw new WrongUsage('须给出一个审计包 one BUNDLE');
  if (!help && positionals.length === 0 && key === undefined)
    throw new WrongUsage('没有审计包时须给出 --key without a BUNDLE, --key is needed');
  if (threads !== undefined && !/^[1-9]\d?$/.test(threads)) throw new WrongUsage('--threads: 1 … 99');
  return {
    ...{ bundle: positionals[0], key, receipt, json, help },
    checkpoints: values.checkpoint ?? [],
    points: (values.known ?? []).map(readPoint),
    threads: threads === undefined ? undefined : Number(threads),
  };
};

/** The arguments are wrong, or what they name can't be read. */
export class WrongUsage extends Error {}

const parsed = (argv: readonly string[]) => {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        key: { type: 'string' },
        checkpoint: { type: 'string', multiple: true },
        known: { type: 'string', multiple: true },
        receipt: { type: 'string' },
        threads: { type: 'string' },
        json: { type: 'boolean' },
        help: { type: 'boolean', short: 'h' },
      },
    });
  } catch (error) {
    throw new WrongUsage(error instanceof Error ? error.message : String(error));
  }
};

const readPoint = (text: string): { position: number; hash: string } => {
  const [, position, hash] = /^([1-9]\d{0,14}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (position === undefined || hash === undefined) throw new WrongUsage(`--known: POSITION:HASH, not ${text}`);
  return { position: Number(position), hash };
};
