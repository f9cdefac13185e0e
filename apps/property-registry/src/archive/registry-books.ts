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
import { requestHash } from '@propledger/proof';
import type { ArchiveTx } from '@propledger/service-kit';
import { changeProject } from '../change-project/change-project';
import { changeResource } from '../change-resource/change-resource';
import { takeStaged, withdrawImported } from '../import-resources/take-and-withdraw';
import {
  changePassword,
  disableOperator,
  enableOperator,
  grantRole,
  registerOperator,
  revokeRole,
} from '../keep-operators/keep-operators';
import { registerProject } from '../register-project/register-project';
import { registerResource } from '../register-resource/register-resource';
import type { RegistryCommand, RegistryDecision, RegistryFact, RegistryRejection } from './facts';
import { flushState } from './flush-state';
import { loadState } from './load-state';
import { keyOf, type RegistryState } from './registry-state';

export type RegistryOutcome = Outcome<RegistryRejection>;

/** Which rule decides which command. */
const decided = (state: RegistryState, { book, commandId, command }: Submission<RegistryCommand>): RegistryDecision => {
  const isRoom = (code: string): boolean => state.isRoom(book, code);
  switch (command.type) {
    case 'RegisterProject':
      return registerProject(command.project, state.projects.get(book));
    case 'ChangeProject':
      return changeProject(command.change, state.projects.get(book), command.today);
    case 'RegisterResource': {
      const isTaken = state.versions.has(keyOf(book, command.resource.resource));
      return registerResource(command.resource, state.projects.get(book), isTaken, isRoom);
    }
    case 'ChangeResource': {
      const versions = state.versions.get(keyOf(book, command.resource)) ?? [];
      return changeResource(command.change, command.effectiveOn, versions, isRoom);
    }
    case 'TakeStaged':
      return takeStaged(state.staged.get(commandId));
    case 'WithdrawImported':
      return withdrawImported(state.imported.get(commandId), command.today);
    default:
      return decidedOfOperators(state, command);
  }
};

type OperatorCommand = Extract<RegistryCommand, { operator: string }>;

const decidedOfOperators = (state: RegistryState, command: OperatorCommand): RegistryDecision => {
  const operator = state.operators.get(command.operator);
  switch (command.type) {
    case 'RegisterOperator':
      return registerOperator(command.operator, command.grants, operator, command.today);
    case 'ChangePassword':
      return changePassword(operator, command.oldPasswordHolds);
    case 'GrantRole':
      return grantRole(command.grant, operator, (code) => state.projects.has(code), command.today);
    case 'RevokeRole':
      return revokeRole(command.grant, operator, state.administrators(), command.today);
    case 'DisableOperator':
      return disableOperator(operator, state.administrators(), command.today);
    case 'EnableOperator':
      return enableOperator(operator, command.today);
    default:
      return command satisfies never;
  }
};

const eventOf = ({ type, effectiveDate, body }: RegistryFact): NewEvent => ({
  type,
  effectiveDate,
  accountingPeriod: null,
  body: body,
});

const handler: BatchHandler<RegistryCommand, RegistryState, RegistryRejection, ArchiveTx> = {
  load: async (tx, _asked, undecided) =>
    loadState(
      tx,
      (await undecided).map(({ submission }) => submission),
    ),
  decide: (state, submission, nextPosition) => {
    const decision = decided(state, submission);
    if (!decision.accepted) return decision;
    decision.facts.forEach((fact, index) => state.fold(submission.book, nextPosition + index, fact));
    const { command } = submission;
    if (command.type === 'RegisterOperator')
      state.setCredentials(command.operator, { name: command.name, passwordHash: command.passwordHash });
    if (command.type === 'ChangePassword')
      state.setCredentials(command.operator, { passwordHash: command.passwordHash });
    return { accepted: true, events: decision.facts.map(eventOf), answer: null };
  },
  flush: flushState,
};

/** Who asks, and by which key: what a command carries beside itself. */
export interface Sender {
  readonly operator: string;
  readonly correlationId: string;
}

/** The registry's books: a project's own, and the group's with operators and their grants. */
export class RegistryBooks {
  private readonly writer: BookWriter<RegistryCommand, RegistryState, RegistryRejection, ArchiveTx>;

  constructor(transact: Transact<ArchiveTx>) {
    this.writer = new BookWriter(transact, handler);
  }

  /** A command of the API. `request` is what must be the same when the key comes again. */
  submit(sender: Sender, key: string, book: string, command: RegistryCommand, request: Json): Promise<RegistryOutcome> {
    return this.writer.submit({
      book,
      commandId: `key:${sender.operator}:${key}`,
      requestHash: requestHash({ type: command.type, book, request }),
      actor: sender.operator,
      source: 'api',
      correlationId: sender.correlationId,
      command,
    });
  }

  /** Commands of the import protocol and of the first start, which name their own ids. */
  submitAs(submission: Submission<RegistryCommand>): Promise<RegistryOutcome> {
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

export const afterOf = (book: string, position: number): After => ({ registry: { [book]: position } });
