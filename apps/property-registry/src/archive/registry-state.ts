import { GROUP_BOOK, type Project, type Resource } from '@propledger/contracts';
import type { Operator, RegistryFact, ResourceVersion } from './facts';
import { administratorsOf, sameGrant } from './grants';

/** A code of a project's book as one key. Codes hold no line breaks. */
export const keyOf = (project: string, code: string): string => `${project}\n${code}`;

export interface VersionToWrite {
  readonly project: string;
  readonly version: ResourceVersion;
  /** The resource itself is new, too. */
  readonly isNew: boolean;
}

/** What a batch changed, in the order in which it must be written. */
export interface Changes {
  readonly withdrawnResources: { readonly project: string; readonly resource: string }[];
  readonly withdrawnProjects: Set<string>;
  readonly projects: Set<string>;
  readonly versions: VersionToWrite[];
  readonly newOperators: Set<string>;
  /** Enabled or disabled, or with another password. */
  readonly operators: Set<string>;
  /** Those whose grants changed. */
  readonly grantsOf: Set<string>;
}

/** What the archive keeps of an operator and no event carries. */
export interface Credentials {
  readonly name?: string | null;
  readonly passwordHash: string;
}

/** The part of the archive that a batch of commands needs, with what the batch itself decided folded in. */
export class RegistryState {
  readonly projects = new Map<string, Project>();
  readonly versions = new Map<string, ResourceVersion[]>();
  readonly operators = new Map<string, Operator>();
  /** Rows that imports add, by command id; and resources and projects that an undo withdraws. */
  readonly staged = new Map<string, { readonly projects: Project[]; readonly resources: Resource[] }>();
  readonly imported = new Map<string, { readonly projects: string[]; readonly resources: string[] }>();
  readonly credentials = new Map<string, Credentials>();
  readonly changes: Changes = {
    withdrawnResources: [],
    withdrawnProjects: new Set(),
    projects: new Set(),
    versions: [],
    newOperators: new Set(),
    operators: new Set(),
    grantsOf: new Set(),
  };

  administrators(): Set<string> {
    return administratorsOf(this.operators.values());
  }

  isRoom(project: string, code: string): boolean {
    return this.versions.get(keyOf(project, code))?.[0]?.resource.kind === 'room';
  }

  fold(book: string, position: number, fact: RegistryFact): void {
    if (book === GROUP_BOOK) this.foldOperator(fact);
    else this.foldProject(book, position, fact);
  }

  private foldProject(book: string, position: number, fact: RegistryFact): void {
    const { changes } = this;
    switch (fact.type) {
      case 'project.registered':
      case 'project.changed':
        this.projects.set(book, fact.body);
        changes.projects.add(book);
        return;
      case 'project.withdrawn':
        this.projects.delete(book);
        changes.projects.delete(book);
        changes.withdrawnProjects.add(book);
        return;
      case 'resource.registered':
      case 'resource.changed': {
        const isNew = fact.type === 'resource.registered';
        const key = keyOf(book, fact.body.resource);
        const version = { effectiveOn: fact.effectiveDate, position, resource: fact.body };
        this.versions.set(key, isNew ? [version] : [...(this.versions.get(key) ?? []), version]);
        changes.versions.push({ project: book, version, isNew });
        return;
      }
      case 'resource.withdrawn':
        this.versions.delete(keyOf(book, fact.body.resource));
        changes.withdrawnResources.push({ project: book, resource: fact.body.resource });
        return;
      default:
        return;
    }
  }

  private foldOperator(fact: RegistryFact): void {
    switch (fact.type) {
      case 'operator.registered':
        this.operators.set(fact.body.operator, { operator: fact.body.operator, enabled: true, grants: [] });
        this.changes.newOperators.add(fact.body.operator);
        return;
      case 'operator.enabled':
      case 'operator.disabled':
        this.change(fact.body.operator, () => ({ enabled: fact.type === 'operator.enabled' }));
        this.changes.operators.add(fact.body.operator);
        return;
      case 'operator.granted': {
        const { operator, role, scope } = fact.body;
        this.change(operator, ({ grants }) => ({ grants: [...grants, { role, scope }] }));
        this.changes.grantsOf.add(operator);
        return;
      }
      case 'operator.grant-revoked': {
        const { operator, role, scope } = fact.body;
        this.change(operator, ({ grants }) => ({
          grants: grants.filter((grant) => !sameGrant(grant, { role, scope })),
        }));
        this.changes.grantsOf.add(operator);
        return;
      }
      default:
        return;
    }
  }

  private change(operator: string, changed: (standing: Operator) => Partial<Operator>): void {
    const standing = this.operators.get(operator);
    if (standing !== undefined) this.operators.set(operator, { ...standing, ...changed(standing) });
  }

  /** A password that an accepted command sets. */
  setCredentials(operator: string, credentials: Credentials): void {
    this.credentials.set(operator, { ...this.credentials.get(operator), ...credentials });
    this.changes.operators.add(operator);
  }
}
