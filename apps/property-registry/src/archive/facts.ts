import type { Day, Project, RecordedEvent, RegistryEvent, Resource, Role, Scope } from '@propledger/contracts';
import type { ImportCommand } from '@propledger/service-kit';

/** Type and body of every registry event, as a decider makes them, and the day from which it counts. */
export type RegistryFact = RegistryEvent extends infer E
  ? E extends RecordedEvent<infer Type, infer Body>
    ? { readonly type: Type; readonly effectiveDate: Day; readonly body: Body }
    : never
  : never;

/** Why nothing happens. Each has its status in problem.ts. */
export type RegistryRejection =
  | { readonly code: 'project-exists'; readonly project: string }
  | { readonly code: 'project-not-found' }
  | { readonly code: 'resource-exists'; readonly resource: string }
  | { readonly code: 'resource-not-found' }
  | { readonly code: 'parent-room-unknown'; readonly room: string }
  /** A field that a room has and a parking place has not, or the other way round; or a nature of the other kind. */
  | { readonly code: 'not-of-this-kind'; readonly fields: readonly string[] }
  | { readonly code: 'operator-exists'; readonly operator: string }
  | { readonly code: 'operator-not-found' }
  | { readonly code: 'old-password-wrong' }
  | { readonly code: 'scope-unknown'; readonly project: string }
  | { readonly code: 'last-administrator' };

/** What a decider says: the facts to record, or the one reason why nothing happens. */
export type RegistryDecision =
  | { readonly accepted: true; readonly facts: readonly RegistryFact[] }
  | { readonly accepted: false; readonly rejection: RegistryRejection };

export const accept = (...facts: readonly RegistryFact[]): RegistryDecision => ({ accepted: true, facts });
export const reject = (rejection: RegistryRejection): RegistryDecision => ({ accepted: false, rejection });

/** What is registered holds since ever: charges reach back before a handover, and before this system. */
export const SINCE_EVER: Day = '1900-01-01';

/** A resource as it is from a day on; among versions of one day the later position holds. */
export interface ResourceVersion {
  readonly effectiveOn: Day;
  readonly position: number;
  readonly resource: Resource;
}

export interface Grant {
  readonly role: Role;
  readonly scope: Scope;
}

export interface Operator {
  readonly operator: string;
  readonly enabled: boolean;
  readonly grants: readonly Grant[];
}

/** What the registry is asked to do. `today` is the day of the command, in the projects' time zone. */
export type RegistryCommand =
  | { readonly type: 'RegisterProject'; readonly project: Project }
  | { readonly type: 'ChangeProject'; readonly project: string; readonly change: ProjectChange; readonly today: Day }
  | { readonly type: 'RegisterResource'; readonly project: string; readonly resource: Resource }
  | {
      readonly type: 'ChangeResource';
      readonly project: string;
      readonly resource: string;
      readonly effectiveOn: Day;
      readonly change: ResourceChange;
    }
  | ImportCommand
  | {
      readonly type: 'RegisterOperator';
      readonly operator: string;
      readonly name: string | null;
      readonly passwordHash: string;
      readonly grants: readonly Grant[];
      readonly today: Day;
    }
  /** `oldPasswordHolds` is null when no old password is asked for. */
  | {
      readonly type: 'ChangePassword';
      readonly operator: string;
      readonly passwordHash: string;
      readonly oldPasswordHolds: boolean | null;
    }
  | { readonly type: 'GrantRole' | 'RevokeRole'; readonly operator: string; readonly grant: Grant; readonly today: Day }
  | { readonly type: 'DisableOperator' | 'EnableOperator'; readonly operator: string; readonly today: Day };

export type ProjectChange = Partial<Pick<Project, 'name' | 'region' | 'company'>>;
export type ResourceChange = Partial<Omit<Resource, 'resource' | 'kind'>>;
