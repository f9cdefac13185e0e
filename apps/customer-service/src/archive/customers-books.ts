import type { After, Json } from '@propledger/contracts';
import {
  type AppendedBatch,
  BookWriter,
  type BatchHandler,
  type NewEvent,
  type Outcome,
  type Submission,
  type Transact,
} from '@propledger/event-log';
import type { ArchiveTx } from '@propledger/service-kit';
import { changeCustomer } from '../change-customer/change-customer';
import { changePayer, endOccupancy } from '../change-occupancy/change-occupancy';
import { takeStaged, withdrawImported } from '../import-customers/take-and-withdraw';
import { registerCustomer } from '../register-customer/register-customer';
import { registerOccupancy } from '../register-occupancy/register-occupancy';
import { keyOf, type CustomersState } from './customers-state';
import type { CustomersCommand, CustomersDecision, CustomersFact, CustomersRejection } from './facts';
import { flushState } from './flush-state';
import { loadState } from './load-state';
import type { RequestDigest } from './request-digest';

export type CustomersOutcome = Outcome<CustomersRejection>;

/** Which rule decides which command. */
const decided = (
  state: CustomersState,
  { book, commandId, command }: Submission<CustomersCommand>,
  position: number,
): CustomersDecision => {
  switch (command.type) {
    case 'RegisterCustomer': {
      const { customer } = command;
      return registerCustomer(customer, state.customerOf(book, customer.customer), state.projects.has(book));
    }
    case 'ChangeCustomer':
      return changeCustomer(command.change, state.customerOf(book, command.customer), command.today);
    case 'RegisterOccupancy': {
      const { resource, customer } = command.occupancy;
      const known = {
        project: state.projects.has(book),
        resource: state.resources.has(keyOf(book, resource)),
        customer: state.customerOf(book, customer) !== undefined,
      };
      return registerOccupancy(command.occupancy, known, state.occupanciesOf(book, resource), position);
    }
    case 'EndOccupancy':
    case 'ChangePayer': {
      const occupancy = state.occupancyOf(book, command.occupancy);
      const standing = occupancy === undefined ? [] : state.occupanciesOf(book, occupancy.resource);
      return command.type === 'EndOccupancy'
        ? endOccupancy(command.endOn, occupancy, standing)
        : changePayer(command.payer, command.effectiveOn, occupancy, standing, position);
    }
    case 'TakeStaged':
      return takeStaged(state.staged.get(commandId), position);
    case 'WithdrawImported':
      return withdrawImported(state.imported.get(commandId), command.today);
    default:
      return command satisfies never;
  }
};

/** What an accepted command leaves in the archive beside its events. */
const keepPersonalData = (state: CustomersState, { book, commandId, command }: Submission<CustomersCommand>): void => {
  if (command.type === 'RegisterCustomer') state.setCustomer(book, command.customer);
  if (command.type === 'TakeStaged')
    for (const customer of state.staged.get(commandId)?.customers ?? []) state.setCustomer(book, customer);
  const standing = command.type === 'ChangeCustomer' ? state.customerOf(book, command.customer) : undefined;
  if (command.type === 'ChangeCustomer' && standing !== undefined)
    state.setCustomer(book, { ...standing, ...command.change });
};

const eventOf = ({ type, effectiveDate, body }: CustomersFact): NewEvent => ({
  type,
  effectiveDate,
  accountingPeriod: null,
  body,
});

const handler: BatchHandler<CustomersCommand, CustomersState, CustomersRejection, ArchiveTx> = {
  load: async (tx, _asked, undecided) =>
    loadState(
      tx,
      (await undecided).map(({ submission }) => submission),
    ),
  decide: (state, submission, nextPosition) => {
    const decision = decided(state, submission, nextPosition);
    if (!decision.accepted) return decision;
    decision.facts.forEach((fact) => state.fold(submission.book, fact));
    if (decision.facts.length > 0) keepPersonalData(state, submission);
    return { accepted: true, events: decision.facts.map(eventOf), answer: answerOf(decision.facts) };
  },
  flush: flushState,
};

/** The id of the occupancy that a command registered, if it did. */
const answerOf = (facts: readonly CustomersFact[]): Json => {
  const registered = facts.length > 2 ? undefined : facts.find(({ type }) => type === 'occupancy.registered');
  return registered?.type === 'occupancy.registered' ? { occupancy: registered.body.occupancy } : {};
};

/** Who asks: what a command carries beside itself. */
export interface Sender {
  readonly operator: string;
  readonly correlationId: string;
}

/** The projects' books of customers and occupancies. */
export class CustomersBooks {
  private readonly writer: BookWriter<CustomersCommand, CustomersState, CustomersRejection, ArchiveTx>;

  constructor(
    transact: Transact<ArchiveTx>,
    private readonly digest: RequestDigest,
  ) {
    this.writer = new BookWriter(transact, handler);
  }

  /** A command of the API. `request` is what must be the same when the key comes again. */
  submit(
    sender: Sender,
    key: string,
    book: string,
    command: CustomersCommand,
    request: object,
  ): Promise<CustomersOutcome> {
    return this.writer.submit({
      book,
      commandId: `key:${sender.operator}:${key}`,
      requestHash: this.digest.of({ type: command.type, book, request }),
      actor: sender.operator,
      source: 'api',
      correlationId: sender.correlationId,
      command,
    });
  }

  /** Commands of the import protocol, which name their own ids. */
  submitAs(submission: Submission<CustomersCommand>): Promise<CustomersOutcome> {
    return this.writer.submit(submission);
  }

  onMoved(listener: (book: string, position: number) => void): void {
    this.writer.onMoved(listener);
  }

  onAppended(listener: (batch: AppendedBatch) => void): void {
    this.writer.onAppended(listener);
  }

  close(): Promise<void> {
    return this.writer.close();
  }
}

export const afterOf = (book: string, position: number): After => ({ customers: { [book]: position } });
