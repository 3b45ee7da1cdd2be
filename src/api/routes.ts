/**
 * The addresses of the internal API and what each answers. Reading needs a read key; whatever can
 * change something is a POST signed with the trade key (server.ts asks the guard before it gets
 * here). Refused commands are answers with an outcome, not HTTP errors.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { PositionRepository } from '../core/ports/repositories.ts';
import type { EngineControl } from '../core/ports/engine-control.ts';
import type { Timers } from '../core/ports/timers.ts';
import type { Result } from '../core/result.ts';
import { apiErrorBody, apiErrors, type ApiErrorName } from './api-errors.ts';
import { closeAllAndWait } from './close-all.ts';
import { createCommandDesk } from './command-desk.ts';
import type { Identity } from './guard.ts';
import type { PerformanceDesk } from './performance-desk.ts';
import {
  EVENTS_LIMIT_MAX,
  readActionBody,
  readCloseAllBody,
  readCommandBody,
  readEventsQuery,
  readHaltBody,
  readPeriodQuery,
  readPositionsQuery,
  readPreviewBody,
} from './request-shapes.ts';
import {
  accountStatus,
  closedPosition,
  storedPosition,
  healthStatus,
  openPosition,
  seedEvent,
  tierConfig,
  tiltStatus,
  type SeedPosition,
} from './seed-schemas.ts';

export type RouteOptions = {
  readonly control: EngineControl;
  readonly performance: PerformanceDesk;
  readonly timers: Timers;
  readonly identityOf: (request: FastifyRequest) => Identity;
  /** The store's own memory of closed positions. */
  readonly positions?: Pick<PositionRepository, 'closed'> | undefined;
};

/** Answers with an error of the catalogue. */
export function sendError(
  reply: FastifyReply,
  requestId: string,
  name: ApiErrorName,
  detail?: string,
): FastifyReply {
  return reply.code(apiErrors[name].status).send(apiErrorBody(name, requestId, detail));
}

export function addReadRoutes(app: FastifyInstance, options: RouteOptions): void {
  const { control } = options;

  app.get('/health', (_request, reply) => {
    const health = healthStatus(control.dashboard(), process.pid);
    return reply.code(health.status === 'unhealthy' ? 503 : 200).send(health);
  });
  app.get('/account/status', () => accountStatus(control.dashboard()));
  app.get('/tilt/status', () => tiltStatus(control.dashboard()));
  app.get('/config/tier', () => tierConfig(control.dashboard()));
  app.get('/dashboard', () => control.dashboard());
  app.get('/symbols', () => control.symbols());
  app.get<{ Params: { readonly symbol: string } }>('/market/:symbol', (request, reply) => {
    const detail = control.market(request.params.symbol);
    return detail ?? sendError(reply, request.id, 'notFound');
  });

  app.get('/analytics/performance', async (request, reply) => {
    const period = readPeriodQuery(request.query);
    if (!period.ok) return sendError(reply, request.id, 'badRequest', period.error);
    return options.performance.metrics(period.value, options.control.dashboard().at);
  });

  app.get('/positions', async (request, reply) => {
    const wanted = readPositionsQuery(request.query);
    if (!wanted.ok) return sendError(reply, request.id, 'badRequest', wanted.error);
    const open = wanted.value === 'closed' ? [] : control.dashboard().positions.map(openPosition);
    return [...open, ...(wanted.value === 'open' ? [] : await closedPositions(options))];
  });

  app.get('/system/events', (request, reply) => {
    const query = readEventsQuery(request.query);
    if (!query.ok) return sendError(reply, request.id, 'badRequest', query.error);
    return control.recentEvents(query.value.limit, query.value.afterMs).map(seedEvent);
  });
}

/** Newest first: all of them from the store, or without one those among the newest events. */
async function closedPositions({ control, positions }: RouteOptions): Promise<readonly SeedPosition[]> {
  if (positions === undefined) {
    return control
      .recentEvents(EVENTS_LIMIT_MAX, null)
      .map(closedPosition)
      .filter((position) => position !== null);
  }
  const stored = await positions.closed({ from: 0, to: Number.MAX_SAFE_INTEGER });
  return stored.map(storedPosition).toReversed();
}

export function addWriteRoutes(app: FastifyInstance, options: RouteOptions): void {
  const { control, timers, identityOf } = options;
  const desk = createCommandDesk(control);

  /** Reads the body or answers 400 with the field it is about. */
  const withBody = <T>(
    request: FastifyRequest,
    reply: FastifyReply,
    read: (body: unknown) => Result<T, string>,
    answer: (value: T) => unknown,
  ): unknown => {
    const body = read(request.body);
    if (body.ok) return answer(body.value);
    const confirmation = body.error === 'confirmation' || body.error === 'reason';
    return sendError(reply, request.id, confirmation ? 'confirmationDiffers' : 'badRequest', body.error);
  };

  app.post('/commands', (request, reply) =>
    withBody(request, reply, readCommandBody, ({ line, behaviour }) =>
      desk.command(line, identityOf(request) === 'console' ? 'trader' : 'api', behaviour),
    ),
  );

  app.post('/preview', (request, reply) =>
    withBody(request, reply, readPreviewBody, (line) => desk.preview(line)),
  );

  app.post('/actions', (request, reply) =>
    withBody(request, reply, readActionBody, (report) => {
      control.action(report);
      return { noted: true };
    }),
  );

  app.post('/emergency/halt', (request, reply) =>
    withBody(request, reply, readHaltBody, ({ reason, level }) => {
      const answer = control.command(
        { kind: 'halt', reason, level },
        { actor: 'emergency', text: 'halt', behaviour: null },
      );
      if (answer.outcome === 'refused')
        return sendError(reply, request.id, 'commandRefused', answer.refusal?.code);
      return {
        status: 'halted',
        command_id: answer.commandId,
        trading_state: control.dashboard().tradingState,
      };
    }),
  );

  app.post('/emergency/close-all', (request, reply) =>
    withBody(request, reply, readCloseAllBody, async (slippage) => {
      const result = await closeAllAndWait(control, timers);
      if (slippage === null) return result;
      return {
        ...result,
        notes: ['max_slippage_percent is set by the engine’s own rule in config/trading-rules.yaml'],
      };
    }),
  );
}
