import type { Approval } from '@propledger/contracts';
import type { LedgerCommand } from '../src/ledger/commands';

export const TWO: Approval = { requestedBy: 'li', approvedBy: 'wang' };

/** In random histories: whether a command comes with an approval depends on the command alone. */
export const approvalOf = (command: LedgerCommand): Approval | null => {
  if (command.type === 'ReopenPeriod') return command.reasonDigest === 'digest' ? TWO : null;
  if (command.type === 'DeclareVacancy' || command.type === 'ChangeVacancy')
    return ('to' in command ? command : command.vacancy).to === null ? TWO : null;
  return 'amount' in command && command.amount !== null && command.amount % 3n === 0n ? TWO : null;
};
