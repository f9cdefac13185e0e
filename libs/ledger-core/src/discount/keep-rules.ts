import type { DiscountRule } from '@propledger/contracts';
import { accept, reject } from '../decision';
import { parseDecimal, shortest } from '../decimal';
import type { ChangeDiscountRule, DefineDiscountRule, WithdrawDiscountRule } from '../ledger/commands';
import type { LedgerDecision } from '../ledger/facts';
import type { LedgerRejection } from '../ledger/rejections';
import type { BookState, Reading } from '../ledger/state';
import { formatMoney, parseMoney } from '../money';
import { unposted } from '../period/posting';

/** Refused, in this order: discount-rule-exists (with other content), discount-rule-unfit, range-reversed. */
export const defineDiscountRule = (book: Reading<BookState>, command: DefineDiscountRule): LedgerDecision => {
  const rule = tidyDiscountRule(command.rule);
  const known = book.discountRules.get(rule.rule);
  if (known?.withdrawn === false)
    return JSON.stringify(known.rule) === JSON.stringify(rule)
      ? accept()
      : reject({ code: 'discount-rule-exists', rule: rule.rule });
  const fault = faultOf(rule);
  return fault ? reject(fault) : accept({ type: 'discount-rule.defined', body: rule, ...unposted(rule.from) });
};

/** Refused, in this order: unknown-discount-rule, discount-rule-unfit, range-reversed. */
export const changeDiscountRule = (book: Reading<BookState>, command: ChangeDiscountRule): LedgerDecision => {
  const rule = tidyDiscountRule(command.rule);
  const known = book.discountRules.get(rule.rule);
  if (known?.withdrawn !== false) return reject({ code: 'unknown-discount-rule', rule: rule.rule });
  if (JSON.stringify(known.rule) === JSON.stringify(rule)) return accept();
  const fault = faultOf(rule);
  return fault ? reject(fault) : accept({ type: 'discount-rule.changed', body: rule, ...unposted(rule.from) });
};

/** Refused: unknown-discount-rule. */
export const withdrawDiscountRule = (
  book: Reading<BookState>,
  { rule: code }: WithdrawDiscountRule,
): LedgerDecision => {
  const known = book.discountRules.get(code);
  if (known?.withdrawn !== false) return reject({ code: 'unknown-discount-rule', rule: code });
  return accept({ type: 'discount-rule.withdrawn', body: { rule: code }, ...unposted(known.rule.from) });
};

const faultOf = (rule: DiscountRule): LedgerRejection | null => {
  const { items, from, to, prepaidMonths, percentOff, amountOff, giftMonths } = rule;
  const unfit = (member: string): LedgerRejection => ({ code: 'discount-rule-unfit', member });
  if (items.length === 0) return unfit('items');
  if ([percentOff, amountOff, giftMonths].filter((given) => given !== undefined).length !== 1)
    return unfit('percentOff');
  if (percentOff !== undefined) {
    const { numerator, denominator } = parseDecimal(percentOff);
    if (numerator <= 0n || numerator > 100n * denominator) return unfit('percentOff');
  }
  if (amountOff !== undefined && parseMoney(amountOff) <= 0n) return unfit('amountOff');
  if (prepaidMonths !== undefined && (prepaidMonths < 1 || prepaidMonths > 60)) return unfit('prepaidMonths');
  if (giftMonths !== undefined && (prepaidMonths === undefined || giftMonths < 1 || giftMonths > 60))
    return unfit('giftMonths');
  return to !== null && to < from ? { code: 'range-reversed' } : null;
};

/** Members in one order, items too and each once; what is not agreed is absent. */
export const tidyDiscountRule = (given: Reading<DiscountRule>): DiscountRule => {
  const { rule, name, items, group, from, to, prepaidMonths, percentOff, amountOff, giftMonths, stacks } = given;
  return {
    rule,
    name,
    items: [...new Set(items)].sort(),
    ...(group === undefined ? {} : { group }),
    from,
    to,
    ...(prepaidMonths === undefined ? {} : { prepaidMonths }),
    ...(percentOff === undefined ? {} : { percentOff: shortest(percentOff) }),
    ...(amountOff === undefined ? {} : { amountOff: formatMoney(parseMoney(amountOff)) }),
    ...(giftMonths === undefined ? {} : { giftMonths }),
    ...(stacks === true ? { stacks } : {}),
  };
};
