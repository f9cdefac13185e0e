import { Body, Controller, Post } from '@nestjs/common';
import { ApiCreatedResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { Nature, Resource } from '@propledger/contracts';
import {
  Allow,
  Answers,
  Caller,
  type CallerIdentity,
  ChoiceField,
  CodeField,
  CodeParam,
  IdempotencyKey,
  problemResponse,
  TextField,
} from '@propledger/service-kit';
import { Recorded } from '../archive/answers';
import { RegistryBooks } from '../archive/registry-books';
import { NATURES, normalised, ResourceFields } from '../archive/resource-fields';
import { recorded } from '../problem';

export class RegisterResourceBody extends ResourceFields {
  @CodeField({ description: '资源编码, 项目内唯一 unique in the project', example: 'YT01-01-1-0101' })
  resource!: string;
  @ChoiceField(['room', 'parking'], { description: 'room: 物业资源, parking: 车位' })
  kind!: 'room' | 'parking';
  @TextField({
    max: 100,
    optional: true,
    description: '资源名称; 默认为资源编码 the code where it is left out',
    example: '1号楼1单元0101',
  })
  name?: string;
  @ChoiceField(NATURES, { description: '资源性质, 车位类型' })
  nature!: Nature;

  /** The billable area is the gross area unless it is given; null says that there is none. */
  toResource(): Resource {
    return normalised({
      resource: this.resource,
      kind: this.kind,
      name: this.name ?? this.resource,
      nature: this.nature,
      building: this.building ?? null,
      entrance: this.entrance ?? null,
      floor: this.floor ?? null,
      room: this.room ?? null,
      grossArea: this.grossArea ?? null,
      insideArea: this.insideArea ?? null,
      billableArea: this.billableArea === undefined ? (this.grossArea ?? null) : this.billableArea,
      handedOverOn: this.handedOverOn ?? null,
      location: this.location ?? null,
      parentRoom: this.parentRoom ?? null,
    });
  }
}

export class ResourceRegistered extends Recorded {
  @ApiProperty({ example: 'YT01-01-1-0101' })
  resource!: string;
}

@ApiTags('resources 资源')
@Controller('projects/:project/resources')
export class RegisterResourceController {
  constructor(private readonly books: RegistryBooks) {}

  @Post()
  @Allow('setup')
  @ApiOperation({ operationId: 'registerResource', summary: '登记物业资源或车位 Register a room or a parking place' })
  @ApiCreatedResponse({ type: ResourceRegistered })
  @problemResponse(404, 'project-not-found')
  @problemResponse(409, 'resource-exists, book-held')
  @problemResponse(422, 'not-of-this-kind, parent-room-unknown, idempotency-key-reused')
  @Answers(400)
  async registerResource(
    @CodeParam('project') project: string,
    @Caller() caller: CallerIdentity,
    @IdempotencyKey() key: string,
    @Body() body: RegisterResourceBody,
  ): Promise<ResourceRegistered> {
    const resource = body.toResource();
    const command = { type: 'RegisterResource', project, resource } as const;
    const outcome = await this.books.submit(caller, key, project, command, { ...resource });
    return { resource: resource.resource, after: recorded(outcome, project) };
  }
}
