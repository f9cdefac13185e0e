import type { ChargeBasis } from '@propledger/contracts';
import { shareAmount } from '../apportionment/share-pool';
import { lateAmount } from '../late-fee/late-fee';
import { rentAmount } from '../lease/rent';
import { turnoverAmount } from '../lease/turnover';
import { usageAmount } from '../meter/usage';
import { parseMoney, sum, type Fen } from '../money';
import { termsAmount } from './basis';

/**
 * Computes a charge's amount again from its basis alone. Null for what nobody computed (历史欠费, 手工).
 * Of a credit it is negative.
 *
 * @throws RangeError when the basis is malformed
 */
export const recompute = (basis: ChargeBasis): Fen | null => {
  if (basis.difference) {
    const computed = basis.difference.computed.map((charge) => recompute(charge.basis));
    if (computed.includes(null)) return null;
    return sum(computed.map((amount) => amount ?? 0n)) - parseMoney(basis.difference.before);
  }
  if (basis.share) return shareAmount(basis.share);
  if (basis.late) return lateAmount(basis.late);
  if (basis.rent) return rentAmount(basis);
  if (basis.turnover) return turnoverAmount(basis);
  return usageAmount(basis) ?? termsAmount(basis);
};
