import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Nature } from '@propledger/contracts';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  ChoiceField,
  CodeParam,
  DayField,
  IdempotencyKey,
  problemResponse,
  TextField,
} from '@propledger/service-kit';
import { given, Recorded } from '../archive/answers';
import type { ResourceChange } from '../archive/facts';
import { RegistryBooks } from '../archive/registry-books';
import { NATURES, normalised, ResourceFields } from '../archive/resource-fields';
import { recorded } from '../problem';

/** What is not named stays as it is on that day. */
export class ChangeResourceBody extends ResourceFields {
  @DayField({ description: '生效日期 the change holds from this day on', example: '2026-04-01' })
  effectiveOn!: string;
  @TextField({ max: 100, optional: true, description: '资源名称' })
  name?: string;
  @ChoiceField(NATURES, { optional: true, description: '资源性质, 车位类型' })
  nature?: Nature;

  toChange(): ResourceChange {
    const { effectiveOn: _, ...fields } = given<ResourceChange & { effectiveOn: string }>(this);
    return normalised(fields);
  }
}

@ApiTags('resources 资源')
@Controller('projects/:project/resources/:resource/changes')
export class ChangeResourceController {
  constructor(private readonly books: RegistryBooks) {}

  @Post()
  @HttpCode(200)
  @Allow('setup')
  @ApiOperation({
    operationId: 'changeResource',
    summary: '变更资源 Change a resource from a day on',
    description:
      'A new fact with its own effective date: what was before stays known. A change that is recorded for a later day still ' +
      'takes effect then. Where the billable area should follow a changed gross area, name both.',
  })
  @ApiOkResponse({ type: Recorded })
  @problemResponse(404, 'resource-not-found')
  @problemResponse(409, 'book-held')
  @problemResponse(422, 'not-of-this-kind, parent-room-unknown, idempotency-key-reused')
  @Answers(400)
  async changeResource(
    @CodeParam('project') project: string,
    @CodeParam('resource') resource: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() body: ChangeResourceBody,
  ): Promise<Recorded> {
    const { effectiveOn } = body;
    const change = body.toChange();
    const command = { type: 'ChangeResource', project, resource, effectiveOn, change } as const;
    const outcome = await this.books.submit(caller, key, project, command, {
      resource,
      effectiveOn,
      change: { ...change },
    });
    return { after: recorded(outcome, project) };
  }
}
