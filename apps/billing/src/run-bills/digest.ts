import { createHash } from 'node:crypto';
import type { Money } from '@propledger/contracts';
import type { Tx } from '@propledger/event-log';
import { compareText, formatMoney, subjectKey, taxIn, type Fen, type NewCharge } from '@propledger/ledger-core';

/** Charges of one standard, as they are told apart. */
export interface StandardDigest {
  readonly count: number;
  readonly amount: Money;
  /** Of what each charge says, whatever their order. */
  readonly sum: string;
}
export type Digests = Readonly<Record<string, StandardDigest>>;

/** A standard of which a run would now raise something else than its draft said; null: nothing. */
export interface ChangedStandard {
  readonly standard: string;
  readonly drafted: Omit<StandardDigest, 'sum'> | null;
  readonly now: Omit<StandardDigest, 'sum'> | null;
}

type Digested = Pick<NewCharge, 'binding' | 'resource' | 'customer' | 'item' | 'from' | 'to' | 'dueOn' | 'standard'> & {
  readonly amount: Fen;
  readonly tax: Fen;
};

const BITS = 128n;
const BYTES = Number(BITS / 8n);

/**
 * Sums up what a run raises, so that two computations can be compared without keeping either: the hashes of single charges are
 * added, so that what was raised already and what is still missing come to the same in whatever order.
 */
export class RunDigest {
  private readonly standards = new Map<string, { count: number; fen: Fen; sum: bigint }>();

  add(charge: Digested, subject: string | null): void {
    const { binding, resource, customer, item, from, to, dueOn, standard, amount, tax } = charge;
    const parts = [binding, subject, resource, customer, item, from, to, dueOn, amount.toString()];
    const text = (tax === 0n ? parts : [...parts, tax.toString()]).join('\u0001');
    const hash = createHash('sha256').update(text).digest().subarray(0, BYTES).toString('hex');
    const of = this.standards.get(standard ?? '') ?? { count: 0, fen: 0n, sum: 0n };
    of.count += 1;
    of.fen += amount;
    of.sum = BigInt.asUintN(Number(BITS), of.sum + BigInt(`0x${hash}`));
    this.standards.set(standard ?? '', of);
  }

  addNew(charges: readonly NewCharge[]): void {
    for (const charge of charges) {
      const tax = taxIn(charge.amount, charge.taxRate ?? '0');
      this.add({ ...charge, tax }, charge.subject === undefined ? null : subjectKey(charge.subject));
    }
  }

  get digests(): Digests {
    const inOrder = [...this.standards].sort(([one], [other]) => compareText(one, other));
    return Object.fromEntries(
      inOrder.map(([standard, { count, fen, sum }]) => [
        standard,
        { count, amount: formatMoney(fen), sum: sum.toString(16) },
      ]),
    );
  }
}

/** Where two runs differ. */
export const changedStandards = (drafted: Digests, now: Digests): ChangedStandard[] =>
  [...new Set([...Object.keys(drafted), ...Object.keys(now)])].sort(compareText).flatMap((standard) => {
    const [before, after] = [drafted[standard], now[standard]];
    return before?.sum === after?.sum && before?.count === after?.count
      ? []
      : [{ standard, drafted: shown(before), now: shown(after) }];
  });

const shown = (digest: StandardDigest | undefined): ChangedStandard['now'] =>
  digest === undefined ? null : { count: digest.count, amount: digest.amount };

/** What a run has raised so far that stands. */
export const digestRaised = async (tx: Tx, book: string, run: string, into: RunDigest): Promise<void> => {
  const rows = await tx.rows<
    Omit<Digested, 'amount' | 'tax'> & { subject: string | null; fen: string; taxFen: string }
  >(
    `select c.binding, c.subject, c.resource, c.customer, c.item, c.from_on as "from", c.to_on as "to", c.due_on as "dueOn",
            c.standard, c.amount_fen as fen, c.tax_fen as "taxFen"
       from command k join charge c on c.book = k.book and c.position between k.first_position and k.last_position
      where k.book = $1 and starts_with(k.command_id, $2) and c.reversed_by is null`,
    [book, `run:${run}:`],
  );
  for (const { subject, fen, taxFen, ...charge } of rows)
    into.add({ ...charge, amount: BigInt(fen), tax: BigInt(taxFen) }, subject);
};
