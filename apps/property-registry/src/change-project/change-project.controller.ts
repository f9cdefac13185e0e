import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  CodeParam,
  IdempotencyKey,
  Problem,
  problemResponse,
  TextField,
  today,
} from '@propledger/service-kit';
import { given, Recorded } from '../archive/answers';
import type { ProjectChange } from '../archive/facts';
import { RegistryBooks } from '../archive/registry-books';
import { recorded } from '../problem';

/** What is not named stays as it is. */
export class ChangeProjectBody {
  @TextField({ max: 100, optional: true, description: '项目名称', example: '阳光上城一期' })
  name?: string;
  @TextField({ max: 64, optional: true, description: '区域', example: '山东' })
  region?: string;
  @TextField({ max: 100, optional: true, description: '城市公司', example: '烟台公司' })
  company?: string;
}

@ApiTags('projects 项目')
@Controller('projects/:project/changes')
export class ChangeProjectController {
  constructor(private readonly books: RegistryBooks) {}

  @Post()
  @HttpCode(200)
  @Allow('setup')
  @ApiOperation({
    operationId: 'changeProject',
    summary: '变更项目 Change a project',
    description:
      'Takes effect at once. Who moves a project to another region needs `setup` there, too. The first period stays as it is.',
  })
  @ApiOkResponse({ type: Recorded })
  @problemResponse(404, 'project-not-found')
  @problemResponse(409, 'book-held')
  @Answers(422)
  async changeProject(
    @CodeParam('project') project: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() body: ChangeProjectBody,
  ): Promise<Recorded> {
    const change = given<ProjectChange>(body);
    if (change.region !== undefined && !caller.mayInRegion('setup', change.region)) throw new Problem('forbidden');
    const command = { type: 'ChangeProject', project, change, today: today() } as const;
    return { after: recorded(await this.books.submit(caller, key, project, command, change), project) };
  }
}
