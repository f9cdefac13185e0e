import type {
  AllocatePrepayment,
  ApplyDeposit,
  BringInPrepayment,
  CollectPayment,
  ForfeitDeposit,
  LedgerCommand,
  MoveReceipt,
  NewCharge,
  RaiseCharges,
  RecoverWriteOff,
  ReduceCharge,
  ReopenPeriod,
  SetLimits,
  RefundDeposit,
  RefundPrepayment,
  RefundReceipt,
  ReleaseAllocation,
  ReleasePrepayment,
  ReverseEntry,
  ReverseReceipt,
  TransferCharges,
  WriteOff,
} from '../src/ledger/commands';

/** 启用账期 2026-03: what is brought in belongs to 2026-02. Takes position 1. */
export const opened: LedgerCommand = { type: 'OpenBook', project: 'P1', firstPeriod: '2026-03' };

export const newCharge = (over: Partial<NewCharge> = {}): NewCharge => ({
  resource: 'R1',
  customer: 'K1',
  item: '物业费',
  from: '2026-02-01',
  to: '2026-02-28',
  dueOn: '2026-02-10',
  priority: 1,
  amount: 100_00n,
  standard: null,
  binding: null,
  basis: { method: '历史欠费' },
  ...over,
});

/** Opening arrears, one charge each. */
export const arrears = (...charges: readonly Partial<NewCharge>[]): LedgerCommand => ({
  type: 'RaiseCharges',
  origin: 'opening',
  charges: charges.map(newCharge),
});

export const monthly = (period: string, ...charges: readonly Partial<NewCharge>[]): LedgerCommand => ({
  type: 'RaiseCharges',
  origin: 'run',
  period,
  effectiveOn: `${period}-01`,
  computedFrom: { standards: new Map(), bindings: new Map() },
  charges: charges.map((charge) =>
    newCharge({ from: `${period}-01`, to: `${period}-28`, dueOn: `${period}-10`, ...charge }),
  ),
});

export const prepaid = (amount: bigint, over: Partial<BringInPrepayment> = {}): LedgerCommand => ({
  type: 'BringInPrepayment',
  customer: 'K1',
  tie: null,
  amount,
  ...over,
});

export const receipt = (amount: bigint, over: Partial<CollectPayment> = {}): CollectPayment => ({
  type: 'CollectPayment',
  receiptNo: 'SJ1',
  date: '2026-03-05',
  customer: 'K1',
  resource: null,
  item: null,
  amount: null,
  tenders: [{ method: '微信', amount, reference: null }],
  posting: 'own',
  ...over,
});

export const reversal = (over: Partial<ReverseReceipt> = {}): ReverseReceipt => ({
  type: 'ReverseReceipt',
  receiptNo: 'SJ1',
  date: '2026-03-31',
  posting: 'own',
  ...over,
});

export const releasing = (over: Partial<ReleaseAllocation> = {}): ReleaseAllocation => ({
  type: 'ReleaseAllocation',
  receiptNo: 'SJ1',
  parts: null,
  date: '2026-03-25',
  posting: 'own',
  ...over,
});

export const payingBack = (amount: bigint, over: Partial<RefundReceipt> = {}): RefundReceipt => ({
  type: 'RefundReceipt',
  receiptNo: 'SJ1',
  amount,
  date: '2026-03-28',
  method: '银行转账',
  posting: 'own',
  ...over,
});

export const allocation = (
  parts: AllocatePrepayment['parts'],
  over: Partial<AllocatePrepayment> = {},
): AllocatePrepayment => ({
  type: 'AllocatePrepayment',
  customer: 'K1',
  tie: null,
  parts,
  date: '2026-03-26',
  posting: 'own',
  ...over,
});

export const withdrawal = (applied: number, over: Partial<ReleasePrepayment> = {}): ReleasePrepayment => ({
  type: 'ReleasePrepayment',
  application: applied,
  parts: null,
  date: '2026-03-27',
  posting: 'own',
  ...over,
});

export const prepaidBack = (amount: bigint, over: Partial<RefundPrepayment> = {}): RefundPrepayment => ({
  type: 'RefundPrepayment',
  customer: 'K1',
  tie: null,
  amount,
  date: '2026-03-28',
  method: '银行转账',
  posting: 'own',
  ...over,
});

export const moving = (customer: string, over: Partial<MoveReceipt> = {}): MoveReceipt => ({
  type: 'MoveReceipt',
  receiptNo: 'SJ1',
  customer,
  resource: null,
  item: null,
  date: '2026-03-25',
  posting: 'own',
  ...over,
});

export const depositApplied = (parts: ApplyDeposit['parts'], over: Partial<ApplyDeposit> = {}): ApplyDeposit => ({
  type: 'ApplyDeposit',
  receiptNo: 'YJ1',
  parts,
  date: '2026-03-25',
  posting: 'own',
  ...over,
});

export const forfeiture = (amount: bigint, over: Partial<ForfeitDeposit> = {}): ForfeitDeposit => ({
  type: 'ForfeitDeposit',
  receiptNo: 'YJ1',
  amount,
  date: '2026-03-25',
  reasonDigest: 'digest',
  posting: 'own',
  ...over,
});

export const transfer = (over: Partial<TransferCharges> = {}): TransferCharges => ({
  type: 'TransferCharges',
  resource: 'R1',
  customer: 'K1',
  to: 'K2',
  date: '2026-03-15',
  posting: 'own',
  ...over,
});

export const application = (period = '2026-03', date = `${period}-20`): LedgerCommand => ({
  type: 'ApplyPrepayments',
  customer: 'K1',
  period,
  date,
});

export const openingDeposit = (amount: bigint, receiptNo = 'YJ1'): LedgerCommand => ({
  type: 'ReceiveDeposit',
  origin: 'opening',
  receiptNo,
  resource: 'R1',
  customer: 'K1',
  kind: '装修押金',
  date: '2024-05-20',
  amount,
});

export const refund = (amount: bigint, over: Partial<RefundDeposit> = {}): RefundDeposit => ({
  type: 'RefundDeposit',
  receiptNo: 'YJ1',
  amount,
  date: '2026-03-31',
  method: '银行转账',
  posting: 'own',
  ...over,
});

export const writeOff = (charge: WriteOff['charge'], amount: bigint, over: Partial<WriteOff> = {}): WriteOff => ({
  type: 'WriteOff',
  charge,
  amount,
  date: '2026-03-31',
  reasonDigest: 'digest',
  posting: 'own',
  ...over,
});

export const reduction = (charge: number, amount: bigint, over: Partial<ReduceCharge> = {}): ReduceCharge => ({
  type: 'ReduceCharge',
  kind: 'waiver',
  charge,
  amount,
  date: '2026-03-31',
  reasonDigest: 'digest',
  posting: 'own',
  ...over,
});

export const byHand = (
  charge: Partial<NewCharge> = {},
  over: Partial<Extract<RaiseCharges, { origin: 'manual' }>> = {},
): LedgerCommand => ({
  type: 'RaiseCharges',
  origin: 'manual',
  date: '2026-03-15',
  posting: 'own',
  taxRate: '0',
  forOthers: false,
  charges: [newCharge(charge)],
  ...over,
});

export const recovery = (writtenOff: number, amount: bigint, over: Partial<RecoverWriteOff> = {}): RecoverWriteOff => ({
  type: 'RecoverWriteOff',
  writeOff: writtenOff,
  amount,
  date: '2026-03-31',
  method: '现金',
  posting: 'own',
  ...over,
});

export const undoing = (position: number, over: Partial<ReverseEntry> = {}): ReverseEntry => ({
  type: 'ReverseEntry',
  position,
  date: '2026-03-31',
  posting: 'own',
  ...over,
});

export const closing = (period: string): LedgerCommand => ({
  type: 'ClosePeriod',
  period,
  trialBalance: [],
  trialBalanceHash: '0'.repeat(64),
});

export const reopening = (period: string): ReopenPeriod => ({ type: 'ReopenPeriod', period, reasonDigest: 'digest' });

export const limits = (over: Partial<SetLimits['limits']> = {}): SetLimits => ({
  type: 'SetLimits',
  limits: { 'write-off': null, waiver: null, refund: null, correction: null, vacancies: false, ...over },
  date: '2026-03-01',
});
