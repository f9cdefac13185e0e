import { ApiProperty } from '@nestjs/swagger';
import { ROLES, type Role, type Scope } from '@propledger/contracts';
import { ChoiceField, CodeField, FlagField, Problem, TextField } from '@propledger/service-kit';
import { Type } from 'class-transformer';
import { IsObject, ValidateNested } from 'class-validator';
import type { Grant } from '../archive/facts';

/** Exactly one of the three. */
export class ScopeFields {
  @FlagField({ optional: true, description: '整个集团 the whole group; only true', example: true })
  group?: boolean;
  @TextField({ max: 64, optional: true, description: '一个区域的项目 the projects of a region' })
  region?: string;
  @CodeField({ optional: true, description: '一个项目 one project' })
  project?: string;
}

export class GrantFields {
  @ChoiceField(ROLES, { description: '角色', example: 'cashier' })
  role!: Role;
  @ApiProperty({ type: ScopeFields, description: '范围', example: { project: 'YT01' } })
  @IsObject()
  @ValidateNested()
  @Type(() => ScopeFields)
  scope!: ScopeFields;

  /** @throws Problem `invalid-input` unless exactly one scope is named. */
  toGrant(): Grant {
    const { group, region, project } = this.scope;
    const scopes: Scope[] = [
      ...(group === true ? [{ group: true } as const] : []),
      ...(region === undefined ? [] : [{ region }]),
      ...(project === undefined ? [] : [{ project }]),
    ];
    const [scope] = scopes;
    if (scope === undefined || scopes.length > 1 || group === false)
      throw new Problem('invalid-input', {
        errors: [
          {
            pointer: '/body/scope',
            code: 'scope',
            message: '须为集团、区域、项目之一 one of the group, a region, a project',
          },
        ],
      });
    return { role: this.role, scope };
  }
}

export class PasswordFields {
  @TextField({ exact: true, min: 8, max: 200, description: '新密码 8 to 200 characters' })
  newPassword!: string;
  @TextField({ exact: true, max: 200, optional: true, description: '原密码; 改自己的密码时必填 to change one’s own' })
  oldPassword?: string;
}

export class OperatorFields {
  @CodeField({ description: '工号', example: 'cashier01' })
  operator!: string;
  @TextField({ max: 64, optional: true, description: '姓名 shown to those who keep operators' })
  name?: string;
  @TextField({ exact: true, min: 8, max: 200, description: '初始密码 8 to 200 characters' })
  password!: string;
}

class GrantView {
  @ApiProperty({ enum: ROLES })
  role!: Role;
  @ApiProperty({ type: ScopeFields })
  scope!: ScopeFields;
}
export class OperatorView {
  @ApiProperty({ example: 'cashier01' })
  operator!: string;
  @ApiProperty({ type: String, nullable: true })
  name!: string | null;
  @ApiProperty()
  enabled!: boolean;
  @ApiProperty({ type: [GrantView] })
  grants!: GrantView[];
}
export class OperatorPage {
  @ApiProperty({ type: [OperatorView] })
  items!: OperatorView[];
  @ApiProperty({ type: String, nullable: true })
  nextCursor!: string | null;
}
