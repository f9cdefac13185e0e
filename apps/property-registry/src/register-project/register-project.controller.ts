import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Project } from '@propledger/contracts';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  CodeField,
  IdempotencyKey,
  PeriodField,
  Problem,
  problemResponse,
  TextField,
} from '@propledger/service-kit';
import { Recorded } from '../archive/answers';
import { RegistryBooks } from '../archive/registry-books';
import { recorded } from '../problem';

export class RegisterProjectBody {
  @CodeField({ description: '项目编码', example: 'YT01' })
  project!: string;
  @TextField({ max: 100, description: '项目名称', example: '阳光上城' })
  name!: string;
  @TextField({ max: 64, description: '区域', example: '山东' })
  region!: string;
  @TextField({ max: 100, description: '城市公司', example: '烟台公司' })
  company!: string;
  @PeriodField({ description: '启用账期, 不可更改 the first accounting period, for ever', example: '2026-03' })
  firstPeriod!: string;

  toProject(): Project {
    const { project, name, region, company, firstPeriod } = this;
    return { project, name, region, company, firstPeriod };
  }
}

export class ProjectRegistered extends Recorded {
  @ApiProperty({ example: 'YT01' })
  project!: string;
}

@ApiTags('projects 项目')
@Controller('projects')
export class RegisterProjectController {
  constructor(private readonly books: RegistryBooks) {}

  @Post()
  @Allow('setup')
  @ApiOperation({
    operationId: 'registerProject',
    summary: '登记项目 Register a project',
    description: 'Needs `setup` for the whole group, or for the region that the project is in.',
  })
  @ApiCreatedResponse({ type: ProjectRegistered })
  @problemResponse(409, 'project-exists, book-held')
  @Answers(422)
  async registerProject(
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() body: RegisterProjectBody,
  ): Promise<ProjectRegistered> {
    if (!caller.mayInRegion('setup', body.region)) throw new Problem('forbidden');
    const project = body.toProject();
    const outcome = await this.books.submit(
      caller,
      key,
      project.project,
      { type: 'RegisterProject', project },
      { ...project },
    );
    return { project: project.project, after: recorded(outcome, project.project) };
  }
}
