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
import { changeLease, decideDraft, draftChange } from '../change-lease/change-lease';
import { changedVehicle, changeVehicle } from '../change-vehicle/change-vehicle';
import { changeLetPrice, changePayer, endOccupancy } from '../change-occupancy/change-occupancy';
import { takeStaged, withdrawImported } from '../import-customers/take-and-withdraw';
import { registerCustomer } from '../register-customer/register-customer';
import { registerOccupancy } from '../register-occupancy/register-occupancy';
import { registerVehicle } from '../register-vehicle/register-vehicle';
import { reportTurnover } from '../report-turnover/report-turnover';
import { signLease } from '../sign-lease/sign-lease';
import { keyOf, type CustomersState } from './customers-state';
import type { CustomersCommand, CustomersDecision, CustomersFact, CustomersRejection, Named } from './facts';
import { flushState } from './flush-state';
import { leaseSurroundings } from './lease-surroundings';
import { loadState } from './load-state';
import type { RequestDigest } from './request-digest';

export type CustomersOutcome = Outcome<CustomersRejection>;

/** Which rule decides which command. */
const decided = (
  state: CustomersState,
  { book, commandId, command, actor }: Submission<CustomersCommand>,
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
      const { occupancy } = command;
      const standing = state.occupanciesOf(book, occupancy.resource);
      return registerOccupancy(occupancy, namedBy(state, book, occupancy), standing, position);
    }
    case 'RegisterVehicle': {
      const { vehicle } = command;
      return registerVehicle(
        vehicle,
        namedBy(state, book, vehicle),
        state.vehiclesOf(book, vehicle.resource),
        position,
      );
    }
    case 'ChangeVehicle': {
      const vehicle = state.vehicleOf(book, command.vehicle);
      const standing = vehicle === undefined ? [] : state.vehiclesOf(book, vehicle.resource);
      return changeVehicle(command.change, vehicle, standing, command.today);
    }
    case 'ChangeLetPrice': {
      const { price, effectiveOn } = command;
      return changeLetPrice(price, effectiveOn, state.occupancyOf(book, command.occupancy), position);
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
    case 'SignLease': {
      const { lease } = command;
      return signLease(lease, state.leaseOf(book, lease.lease), leaseSurroundings(state, book));
    }
    case 'ChangeLease':
    case 'DraftChange': {
      const change = command.type === 'ChangeLease' ? changeLease : draftChange;
      return change(command.change, state.leaseOf(book, command.lease), leaseSurroundings(state, book));
    }
    case 'DecideDraft': {
      const draft = state.draftOf(book, command.draft);
      const lease = draft === undefined ? undefined : state.leaseOf(book, draft.lease);
      return decideDraft(draft, { approve: command.approve, by: actor }, lease, leaseSurroundings(state, book));
    }
    case 'ReportTurnover': {
      const reported = state.turnovers.get(keyOf(keyOf(book, command.lease), command.period));
      return reportTurnover(command, state.leaseOf(book, command.lease), reported?.row.turnover);
    }
    default:
      return command satisfies never;
  }
};

/** Which of the project, the resource and the customer there are. */
const namedBy = (
  state: CustomersState,
  book: string,
  { resource, customer }: { readonly resource: string; readonly customer: string },
): Named => ({
  project: state.projects.has(book),
  resource: state.resources.has(keyOf(book, resource)),
  customer: state.customerOf(book, customer) !== undefined,
});

/** A change order that waits, or was decided upon. */
const keepDraft = (state: CustomersState, { book, command, actor }: Submission<CustomersCommand>): void => {
  if (command.type === 'DraftChange') {
    const { draft, lease, change } = command;
    state.setDraft(book, { draft, lease, change, requestedBy: actor, state: 'waiting', decidedBy: null });
  }
  const decidedOn = command.type === 'DecideDraft' ? state.draftOf(book, command.draft) : undefined;
  if (command.type === 'DecideDraft' && decidedOn)
    state.setDraft(book, { ...decidedOn, state: command.approve ? 'approved' : 'rejected', decidedBy: actor });
};

/** What an accepted command leaves in the archive beside its events. */
const keepPersonalData = (
  state: CustomersState,
  { book, commandId, command }: Submission<CustomersCommand>,
  facts: readonly CustomersFact[],
): void => {
  const staged = command.type === 'TakeStaged' ? state.staged.get(commandId) : undefined;
  if (command.type === 'RegisterCustomer') state.setCustomer(book, command.customer);
  for (const customer of staged?.customers ?? []) state.setCustomer(book, customer);
  const customer = command.type === 'ChangeCustomer' ? state.customerOf(book, command.customer) : undefined;
  if (command.type === 'ChangeCustomer' && customer !== undefined)
    state.setCustomer(book, { ...customer, ...command.change });
  const vehicle = command.type === 'ChangeVehicle' ? state.vehicleOf(book, command.vehicle) : undefined;
  if (command.type === 'ChangeVehicle' && vehicle !== undefined)
    state.setVehicle(book, changedVehicle(vehicle, command.change));
  const vehicles = command.type === 'RegisterVehicle' ? [command.vehicle] : (staged?.vehicles ?? []);
  const registered = facts.flatMap((fact) => (fact.type === 'vehicle.registered' ? [fact.body] : []));
  for (const [nth, { plate }] of vehicles.entries()) {
    const told = registered[nth];
    if (told !== undefined) state.setVehicle(book, { ...told, plate });
  }
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
    decision.facts.forEach((fact, index) => state.fold(submission.book, fact, nextPosition + index));
    if (decision.facts.length > 0) keepPersonalData(state, submission, decision.facts);
    keepDraft(state, submission);
    return {
      accepted: true,
      events: decision.facts.map(eventOf),
      answer: answerOf(decision.facts, submission.command),
    };
  },
  flush: flushState,
};

/** The id of the occupancy or car that a command registered, the version of the lease that it made, or the draft that it keeps. */
const answerOf = (facts: readonly CustomersFact[], command: CustomersCommand): Json => {
  if (command.type === 'DraftChange') return { draft: command.draft };
  for (const fact of facts.length > 2 ? [] : facts) {
    if (fact.type === 'vehicle.registered') return { vehicle: fact.body.vehicle };
    if (fact.type === 'occupancy.registered') return { occupancy: fact.body.occupancy };
    if (fact.type === 'lease.changed' || fact.type === 'lease.renewed' || fact.type === 'lease.ended')
      return { version: fact.body.version };
  }
  return {};
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
