import {
  Injectable,
  RequestMethod,
  UseInterceptors,
  type CallHandler,
  type ExecutionContext,
  type NestInterceptor,
  type Type,
} from '@nestjs/common';
import { METHOD_METADATA, PATH_METADATA } from '@nestjs/common/constants';
import { isCode, Problem, problemResponse } from '@propledger/service-kit';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { Reader } from './ledger-store/reader';

/** Whether the registry has told of a project, as far as billing has heard. */
export const isKnownProject = async (reader: Reader, project: string): Promise<boolean> =>
  (await reader.first('select 1 from copy_project where project = $1', [project])) !== undefined;

/** Asked after the guards: who has no right there hears of that first, and `after` was waited for. */
@Injectable()
class OfKnownProject implements NestInterceptor {
  constructor(private readonly reader: Reader) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const { project = '' } = context
      .switchToHttp()
      .getRequest<FastifyRequest<{ Params: { project?: string } }>>().params;
    // What cannot be a code is refused as that.
    if (isCode(project) && !(await isKnownProject(this.reader, project))) throw new Problem('unknown-project');
    return next.handle();
  }
}

/**
 * Lets every GET below `projects/:project` answer 404 `unknown-project` where there is no such project, and says so in its documents; a
 * project whose book is not open yet has empty lists.
 *
 * @returns the controllers.
 */
export const ofKnownProjects = <Controller extends Type>(controllers: readonly Controller[]): readonly Controller[] => {
  for (const controller of controllers)
    for (const [name, route] of routesOf(controller)) ofKnownProject(controller, name, route);
  return controllers;
};

/** The GETs of a project that a controller has. */
const routesOf = (controller: Type): [name: string, route: PropertyDescriptor][] =>
  Object.entries(Object.getOwnPropertyDescriptors(controller.prototype as object)).filter(([, { value }]) => {
    const route: unknown = value;
    return typeof route === 'function' && isGetOfProject(controller, route);
  });

const isGetOfProject = (controller: Type, route: object): boolean =>
  Reflect.getMetadata(METHOD_METADATA, route) === RequestMethod.GET && pathOf(controller, route).startsWith(OF_PROJECT);

const OF_PROJECT = 'projects/:project/';
const pathOf = (controller: Type, route: object): string =>
  [controller, route]
    .map((part) => `${String(Reflect.getMetadata(PATH_METADATA, part))}/`)
    .join('')
    .replace(/^\/+/, '');

/** What a route does not find, beside what it says itself: it may name something of the project. */
const notFoundBy = (controller: Type, route: object): string => {
  const said = Reflect.getMetadata('swagger/apiResponse', route) as Readonly<Record<string, unknown>> | undefined;
  const namesMore = pathOf(controller, route).slice(OF_PROJECT.length).includes(':');
  return namesMore && said?.['404'] === undefined ? 'unknown-project, not-found' : 'unknown-project';
};

const ofKnownProject = (controller: Type, name: string, route: PropertyDescriptor): void => {
  for (const decorate of [
    UseInterceptors(OfKnownProject),
    problemResponse(404, notFoundBy(controller, route.value as object)),
  ])
    decorate(controller.prototype as object, name, route);
};
