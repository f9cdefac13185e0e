import type { CustomerKind, Relation } from '@propledger/contracts';
import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Personal data: it is in no other table but that of cars, in no event and in no log. */
@Entity('customer')
export class CustomerRow {
  @PrimaryColumn('text')
  project!: string;
  @PrimaryColumn('text')
  customer!: string;
  @Column('text')
  kind!: CustomerKind;
  @Column('text')
  name!: string;
  @Column('text', { name: 'id_type', nullable: true })
  idType!: string | null;
  @Column('text', { name: 'id_number', nullable: true })
  idNumber!: string | null;
  @Column('text', { nullable: true })
  phone!: string | null;
  @Column('text', { nullable: true })
  address!: string | null;
  @Column('text', { array: true })
  groups!: string[];
}

@Entity('occupancy')
export class OccupancyRow {
  @PrimaryColumn('text')
  project!: string;
  @PrimaryColumn('text')
  occupancy!: string;
  @Column('text')
  resource!: string;
  @Column('text')
  customer!: string;
  @Column('text')
  relation!: Relation;
  @Column('text', { name: 'from_on' })
  from!: string;
  @Column('text', { name: 'to_on', nullable: true })
  to!: string | null;
  @Column('boolean')
  payer!: boolean;
  @Column('text', { nullable: true })
  price!: string | null;
}

/** A plate is personal data, as the customer's own. */
@Entity('vehicle')
export class VehicleRow {
  @PrimaryColumn('text')
  project!: string;
  @PrimaryColumn('text')
  vehicle!: string;
  @Column('text')
  plate!: string;
  @Column('text')
  resource!: string;
  @Column('text')
  customer!: string;
  @Column('text', { name: 'from_on' })
  from!: string;
  @Column('text', { name: 'to_on', nullable: true })
  to!: string | null;
}

/** What the registry has told of projects and resources: enough to know whether a code is one. */
@Entity('project_copy')
export class ProjectCopyRow {
  @PrimaryColumn('text')
  project!: string;
}
@Entity('resource_copy')
export class ResourceCopyRow {
  @PrimaryColumn('text')
  project!: string;
  @PrimaryColumn('text')
  resource!: string;
}

export const ENTITIES = [CustomerRow, OccupancyRow, VehicleRow, ProjectCopyRow, ResourceCopyRow];
