import { GROUP_BOOK, type Approval } from '@propledger/contracts';
import { setLimits } from '../approval/set-limits';
import { byTwoPeople } from '../approval/two-people';
import { reject, unreachable } from '../decision';
import { closePeriod, openBook, reopenPeriod } from '../period/close-period';
import {
  changeBindingDays,
  endBinding,
  makeBinding,
  setBindingPayer,
  setBindingPrice,
  withdrawBinding,
} from '../setup/bindings';
import { confirmReading, correctReading, estimateReading } from '../setup/readings';
import {
  changeMeter,
  installMeter,
  readMeter,
  replaceMeter,
  withdrawMeter,
  withdrawMeterRecord,
} from '../setup/meters';
import { nameDeveloper, setItemTerms, withdrawDeveloper, withdrawItemTerms } from '../setup/items';
import { addPoolPrice, changePool, definePool, setPoolAmount, withdrawPool, withdrawPoolAmount } from '../setup/pools';
import { addPrice, changeStandard, defineStandard, withdrawStandard } from '../setup/standards';
import { changeVacancy, declareVacancy, withdrawVacancy } from '../setup/vacancies';
import { collectPayment } from './collect-payment';
import type { LedgerCommand } from './commands';
import { correctCharges } from './correct-charges';
import { receiveDeposit, refundDeposit } from './deposits';
import { moveReceipt } from './move-receipt';
import { transferCharges } from './transfer-charges';
import { applyDeposit, forfeitDeposit } from './use-deposit';
import type { LedgerDecision } from './facts';
import { allocatePrepayment } from './allocate-prepayment';
import { applyPrepayments, bringInPrepayment } from './prepayments';
import { raiseCharges } from './raise-charges';
import { grantDiscount, withdrawDiscountGrant } from '../discount/grant-discount';
import { giveDiscounts } from '../discount/give-discounts';
import { changeDiscountRule, defineDiscountRule, withdrawDiscountRule } from '../discount/keep-rules';
import { freezeLateFees, resumeLateFees, withdrawFreezeRecord } from './freeze-late-fees';
import { recoverWriteOff } from './recover-write-off';
import { reduceCharge } from './reduce-charge';
import { refundPrepayment } from './refund-prepayment';
import { refundReceipt } from './refund-receipt';
import { releaseAllocation } from './release-allocation';
import { releasePrepayment } from './release-prepayment';
import { reverseEntry } from './reverse-entry';
import { reverseReceipt } from './reverse-receipt';
import { emptyBook, type BookState, type LedgerState, type Reading } from './state';
import { writeOff } from './write-off';

/**
 * Decides one command on one book. The events that come back are to stand at `nextPosition`, `nextPosition` + 1 … in the
 * order given; an accepted command may need none. The state is read, never changed.
 *
 * What a caller may send is refused, never thrown, as long as it has its shape (a Day is a day, a Decimal a decimal): that is
 * checked where it comes in.
 *
 * @param approval by whom it was asked for and approved; null when nobody was asked, as for most.
 * @throws Error when something that the state refers to is not in it (see `needs`).
 */
export const decide = (
  state: Reading<LedgerState>,
  book: string,
  command: LedgerCommand,
  nextPosition: number,
  approval: Approval | null = null,
): LedgerDecision => {
  const on = state.books.get(book) ?? emptyBook(book);
  return byTwoPeople(on, decideOn(on, command, nextPosition), approval);
};

const decideOn = (book: Reading<BookState>, command: LedgerCommand, nextPosition: number): LedgerDecision => {
  const { calendar } = book;
  if (command.type === 'OpenBook') return openBook(calendar, command);
  if (book.book === GROUP_BOOK) {
    if (command.type === 'SetItemTerms') return setItemTerms(book, command);
    if (command.type === 'WithdrawItemTerms') return withdrawItemTerms(book, command);
    if (command.type === 'DefineStandard') return defineStandard(book, command);
    if (command.type === 'ChangeStandard') return changeStandard(book, command);
    if (command.type === 'AddPrice') return addPrice(book, command);
    if (command.type === 'WithdrawStandard') return withdrawStandard(book, command);
  }
  if (calendar === null) return reject({ code: 'book-not-open' });
  switch (command.type) {
    case 'DefineStandard':
      return defineStandard(book, command);
    case 'ChangeStandard':
      return changeStandard(book, command);
    case 'AddPrice':
      return addPrice(book, command);
    case 'WithdrawStandard':
      return withdrawStandard(book, command);
    case 'SetItemTerms':
      return setItemTerms(book, command);
    case 'WithdrawItemTerms':
      return withdrawItemTerms(book, command);
    case 'NameDeveloper':
      return nameDeveloper(book, command);
    case 'WithdrawDeveloper':
      return withdrawDeveloper(book, command);
    case 'DeclareVacancy':
      return declareVacancy(book, command);
    case 'ChangeVacancy':
      return changeVacancy(book, command);
    case 'WithdrawVacancy':
      return withdrawVacancy(book, command);
    case 'MakeBinding':
      return makeBinding(book, command);
    case 'EndBinding':
      return endBinding(book, command);
    case 'ChangeBindingDays':
      return changeBindingDays(book, command);
    case 'SetBindingPrice':
      return setBindingPrice(book, command);
    case 'SetBindingPayer':
      return setBindingPayer(book, command);
    case 'WithdrawBinding':
      return withdrawBinding(book, command);
    case 'InstallMeter':
      return installMeter(book, command);
    case 'WithdrawMeter':
      return withdrawMeter(book, command);
    case 'ChangeMeter':
      return changeMeter(book, command);
    case 'EstimateReading':
      return estimateReading(book, command);
    case 'ConfirmReading':
      return confirmReading(book, command);
    case 'ReadMeter':
      return readMeter(book, command);
    case 'CorrectReading':
      return correctReading(book, command);
    case 'ReplaceMeter':
      return replaceMeter(book, command);
    case 'WithdrawMeterRecord':
      return withdrawMeterRecord(book, command);
    case 'DefinePool':
      return definePool(book, command);
    case 'ChangePool':
      return changePool(book, command);
    case 'AddPoolPrice':
      return addPoolPrice(book, command);
    case 'WithdrawPool':
      return withdrawPool(book, command);
    case 'SetPoolAmount':
      return setPoolAmount(book, calendar, command);
    case 'WithdrawPoolAmount':
      return withdrawPoolAmount(book, command);
    case 'RaiseCharges':
      return raiseCharges(book, calendar, command, nextPosition);
    case 'CorrectCharges':
      return correctCharges(book, calendar, command, nextPosition);
    case 'BringInPrepayment':
      return bringInPrepayment(calendar, command);
    case 'ReceiveDeposit':
      return receiveDeposit(book, calendar, command);
    case 'RefundDeposit':
      return refundDeposit(book, calendar, command);
    case 'CollectPayment':
      return collectPayment(book, calendar, command);
    case 'ReverseReceipt':
      return reverseReceipt(book, calendar, command);
    case 'ReleaseAllocation':
      return releaseAllocation(book, calendar, command);
    case 'RefundReceipt':
      return refundReceipt(book, calendar, command);
    case 'MoveReceipt':
      return moveReceipt(book, calendar, command);
    case 'ApplyDeposit':
      return applyDeposit(book, calendar, command);
    case 'ForfeitDeposit':
      return forfeitDeposit(book, calendar, command);
    case 'TransferCharges':
      return transferCharges(book, calendar, command, nextPosition);
    case 'ApplyPrepayments':
      return applyPrepayments(book, calendar, command);
    case 'AllocatePrepayment':
      return allocatePrepayment(book, calendar, command);
    case 'ReleasePrepayment':
      return releasePrepayment(book, calendar, command);
    case 'RefundPrepayment':
      return refundPrepayment(book, calendar, command);
    case 'WriteOff':
      return writeOff(book, calendar, command);
    case 'RecoverWriteOff':
      return recoverWriteOff(book, calendar, command);
    case 'ReduceCharge':
      return reduceCharge(book, calendar, command);
    case 'DefineDiscountRule':
      return defineDiscountRule(book, command);
    case 'ChangeDiscountRule':
      return changeDiscountRule(book, command);
    case 'WithdrawDiscountRule':
      return withdrawDiscountRule(book, command);
    case 'GrantDiscount':
      return grantDiscount(book, command);
    case 'WithdrawDiscountGrant':
      return withdrawDiscountGrant(book, calendar, command);
    case 'GiveDiscounts':
      return giveDiscounts(book, calendar, command);
    case 'FreezeLateFees':
      return freezeLateFees(book, command);
    case 'ResumeLateFees':
      return resumeLateFees(book, command);
    case 'WithdrawFreezeRecord':
      return withdrawFreezeRecord(book, command);
    case 'ReverseEntry':
      return reverseEntry(book, calendar, command);
    case 'ClosePeriod':
      return closePeriod(calendar, command);
    case 'ReopenPeriod':
      return reopenPeriod(calendar, command);
    case 'SetLimits':
      return setLimits(book, command);
    default:
      return unreachable(command);
  }
};
