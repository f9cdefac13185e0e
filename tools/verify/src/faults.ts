/** What can be wrong with a bundle, as docs/decisions/0011-audit-bundle.md defines it, and how it is told. */
export const FAULTS = {
  'header-malformed': '首行不是审计包的首行 the first line is not that of a bundle',
  'key-mismatch': '签名公钥不符 another key than expected',
  'checkpoint-forged': '检查点签名不符 the checkpoint is not signed by the key',
  'head-forged': '账簿末位签名不符 the head of the book is not signed by the key, or is of another book or tree',
  'consistency-missing': '缺少与旧检查点的一致性证明 no proof for the older checkpoint; export with --since',
  'consistency-broken': '与旧检查点不一致, 历史被改写 the past was rewritten since the older checkpoint',
  'bundle-older': '审计包早于给定的检查点 the bundle is older than the checkpoint',
  'not-canonical': '不是规范的事件行或封存行 not an event or seal in canonical JSON',
  'other-book': '属于另一账簿 of another book',
  'not-dense': '位置不连续 a position is missing, repeated or out of order',
  'after-end': '超出账簿末位 beyond the signed head of the book',
  'content-changed': '内容被改 the content is not what was hashed',
  'chain-broken': '与前一事件的链断裂 it does not follow the event before it',
  'time-reversed': '录入时间倒退 recorded before the event in front of it',
  'not-balanced': '借贷不平 the entry does not balance',
  'not-posted': '分录没有账期 lines that are posted into no accounting period',
  'reversed-twice': '重复红冲或所冲事件不存在 it reverses nothing, or what was reversed before',
  'posted-into-closed': '记入已关账期 posted into a closed period',
  'close-out-of-order': '关账次序有误 periods closed or reopened out of order',
  'opened-late': '启用时账簿已有分录或已关账 opened although entries stand in it or a period is closed',
  'reopened-alone': '反关账未经两人 a reopening that does not name two people',
  'trial-balance-wrong': '试算表与分录不符 the trial balance is not the sum of the entries',
  'trial-balance-hash-wrong': '试算表散列值不符 the hash of the trial balance is wrong',
  'seal-broken': '封存范围与事件不符 the seal does not fit the events in front of it',
  'not-included': '封存不在日志中 the seal is not in the log',
  'end-missing': '末尾缺失 the end of the book is missing',
  'not-sealed': '事件未封存 events under no seal',
} as const;
export type FaultName = keyof typeof FAULTS;

/** The first fault of a bundle. Position 0: its first line. */
export interface Fault {
  readonly position: number;
  readonly fault: FaultName;
}
