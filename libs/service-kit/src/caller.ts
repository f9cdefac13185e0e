import { GROUP_BOOK, ROLE_PERMISSIONS, type Permission, type Role, type Scope } from '@propledger/contracts';
import { Problem } from './problem';

/** What an operator was granted, and which projects lie in the regions that the grants name. */
export interface Reach {
  readonly grants: readonly { readonly role: Role; readonly scope: Scope }[];
  readonly projectsOfRegion: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Who calls: an operator with grants, or another service of this deployment. */
export class Caller {
  constructor(
    readonly operator: string,
    private readonly reach: Reach,
    readonly isService: boolean,
    readonly correlationId: string,
  ) {}

  /** Whether the caller may do this in the project; `null` asks for the whole group. */
  may(permission: Permission, project: string | null): boolean {
    if (this.isService) return true;
    const projects = this.projects(permission);
    return projects === 'all' || (project !== null && projects.has(project));
  }

  /** Whether the caller may audit a book; the group's own takes the right to the whole group. */
  mayAudit(book: string): boolean {
    return this.may('audit', book === GROUP_BOOK ? null : book);
  }

  /** Whether the caller may do this in a region (a project that does not exist yet has one, too). */
  mayInRegion(permission: Permission, region: string): boolean {
    if (this.isService) return true;
    return this.reach.grants.some(
      ({ role, scope }) =>
        ROLE_PERMISSIONS[role].includes(permission) &&
        ('group' in scope || ('region' in scope && scope.region === region)),
    );
  }

  /** The projects in which the caller may do this. */
  projects(permission: Permission): 'all' | ReadonlySet<string> {
    if (this.isService) return 'all';
    const found = new Set<string>();
    for (const { role, scope } of this.reach.grants) {
      if (!ROLE_PERMISSIONS[role].includes(permission)) continue;
      if ('group' in scope) return 'all';
      if ('project' in scope) found.add(scope.project);
      else for (const project of this.reach.projectsOfRegion.get(scope.region) ?? []) found.add(project);
    }
    return found;
  }

  /** @throws Problem `forbidden`. */
  require(permission: Permission, project: string | null): void {
    if (!this.may(permission, project)) throw new Problem('forbidden');
  }
}
