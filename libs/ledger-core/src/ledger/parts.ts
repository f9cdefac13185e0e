import type { Fen } from '../money';
import type { ChargePart } from './commands';

/** The parts with one amount a charge, in the order in which the charges are first named. */
export const byCharge = (parts: readonly ChargePart[]): ChargePart[] => {
  const amounts = new Map<number, Fen>();
  for (const { charge, amount } of parts) amounts.set(charge, (amounts.get(charge) ?? 0n) + amount);
  return [...amounts].map(([charge, amount]) => ({ charge, amount }));
};
