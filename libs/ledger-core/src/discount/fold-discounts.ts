import { unreachable } from '../decision';
import type { LedgerEntry } from '../ledger/facts';
import { known } from '../ledger/find';
import type { BookState, DiscountRuleState, GrantState } from '../ledger/state';

type DiscountEntry = Extract<
  LedgerEntry,
  {
    readonly type:
      | 'discount-rule.defined'
      | 'discount-rule.changed'
      | 'discount-rule.withdrawn'
      | 'discount.granted'
      | 'discount.grant-withdrawn';
  }
>;

export const foldDiscount = (book: BookState, entry: DiscountEntry): void => {
  const { position } = entry;
  switch (entry.type) {
    case 'discount-rule.defined': {
      const rule: DiscountRuleState = { code: entry.body.rule, rule: entry.body, position, withdrawn: false };
      book.discountRules.set(rule.code, rule);
      book.touched.discountRules.add(rule);
      return;
    }
    case 'discount-rule.changed':
    case 'discount-rule.withdrawn': {
      const rule = known(book.discountRules.get(entry.body.rule), `discount rule ${entry.body.rule}`);
      if (entry.type === 'discount-rule.changed') rule.rule = entry.body;
      else rule.withdrawn = true;
      rule.position = position;
      book.touched.discountRules.add(rule);
      return;
    }
    case 'discount.granted': {
      const grant: GrantState = { position, body: entry.body, withdrawnBy: null };
      book.grants.set(position, grant);
      book.touched.grants.add(grant);
      return;
    }
    case 'discount.grant-withdrawn': {
      const grant = known(book.grants.get(entry.body.grant), `grant ${entry.body.grant.toString()}`);
      grant.withdrawnBy = position;
      book.touched.grants.add(grant);
      return;
    }
    default:
      return unreachable(entry);
  }
};
