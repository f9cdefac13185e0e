import type { Nature, Role } from '@propledger/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('project')
export class ProjectRow {
  @PrimaryColumn('text')
  project!: string;
  @Column('text')
  name!: string;
  @Column('text')
  region!: string;
  @Column('text')
  company!: string;
  @Column('text', { name: 'first_period' })
  firstPeriod!: string;
}

/** One row a resource and day from which it is so; `position` is the event's in the project's book. */
@Entity('resource_version')
export class ResourceVersionRow {
  @PrimaryColumn('text')
  project!: string;
  @PrimaryColumn('text')
  resource!: string;
  @PrimaryColumn('integer')
  position!: number;
  @Column('date', { name: 'effective_on' })
  effectiveOn!: string;
  @Column('text')
  kind!: 'room' | 'parking';
  @Column('text')
  name!: string;
  @Column('text')
  nature!: Nature;
  @Column('text', { nullable: true })
  building!: string | null;
  @Column('text', { nullable: true })
  entrance!: string | null;
  @Column('text', { nullable: true })
  floor!: string | null;
  @Column('text', { nullable: true })
  room!: string | null;
  @Column('numeric', { name: 'gross_area', nullable: true })
  grossArea!: string | null;
  @Column('numeric', { name: 'inside_area', nullable: true })
  insideArea!: string | null;
  @Column('numeric', { name: 'billable_area', nullable: true })
  billableArea!: string | null;
  @Column('date', { name: 'handed_over_on', nullable: true })
  handedOverOn!: string | null;
  @Column('text', { nullable: true })
  location!: string | null;
  @Column('text', { name: 'parent_room', nullable: true })
  parentRoom!: string | null;
}

/** Names and password hashes stay here; events carry the code alone. */
@Entity('operator')
export class OperatorRow {
  @PrimaryColumn('text')
  operator!: string;
  @Column('text', { nullable: true })
  name!: string | null;
  @Column('text', { name: 'password_hash' })
  passwordHash!: string;
  @Column('boolean')
  enabled!: boolean;
}

@Entity('operator_grant')
export class GrantRow {
  @PrimaryColumn('text')
  operator!: string;
  @PrimaryColumn('text')
  role!: Role;
  @PrimaryColumn('text', { name: 'scope_kind' })
  scopeKind!: 'group' | 'region' | 'project';
  /** The region's name or the project's code; '' for the group. */
  @PrimaryColumn('text')
  scope!: string;
}

/** The key pair with which tokens are signed, as a private JWK. */
@Entity('signing_key')
export class SigningKeyRow {
  @PrimaryColumn('text')
  kid!: string;
  @Column('jsonb')
  jwk!: Record<string, unknown>;
}

export const ENTITIES = [ProjectRow, ResourceVersionRow, OperatorRow, GrantRow, SigningKeyRow];
