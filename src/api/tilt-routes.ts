/**
 * The addresses of tilt that change something: a journal entry, a step of the checklist, an override.
 * They are commands like any other, so that the same rules bind; the override's answers are the seed's:
 * 200 when granted, 400 when something is missing, 409 when there is nothing to override, 423 when rationed.
 */
import type { FastifyInstance } from 'fastify';
import type { Command } from '../core/commands.ts';
import type { CommandReply } from '../core/dashboard.ts';
import type { ApiErrorName } from './api-errors.ts';
import { readJournalBody, readOverrideBody } from './request-shapes.ts';
import { sendError, type RouteOptions } from './routes.ts';

export function addTiltRoutes(app: FastifyInstance, { control }: RouteOptions): void {
  const ask = (command: Command): CommandReply =>
    control.command(command, { actor: 'api', text: command.kind, behaviour: null });

  app.post('/tilt/override', (request, reply) => {
    const body = readOverrideBody(request.body);
    if (!body.ok) return sendError(reply, request.id, 'badRequest', body.error);
    const answer = ask({ kind: 'override', ...body.value });
    if (answer.refusal !== null) {
      const { code, figures } = answer.refusal;
      const until = figures['untilMs'];
      const detail =
        typeof until === 'number' ? `${code}: not before ${new Date(until).toISOString()}` : code;
      return sendError(reply, request.id, errorOf(code), detail);
    }
    const { tiltMirror } = control.dashboard();
    return {
      status: 'accepted',
      command_id: answer.commandId,
      message: answer.lines.join(' '),
      overrides_used: tiltMirror?.overrides.used ?? null,
      overrides_max: tiltMirror?.overrides.max ?? null,
    };
  });

  app.post('/tilt/journal', (request, reply) => {
    const body = readJournalBody(request.body);
    if (!body.ok) return sendError(reply, request.id, 'badRequest', body.error);
    return ask({ kind: 'journal', text: body.value });
  });
}

function errorOf(code: string): ApiErrorName {
  switch (code) {
    case 'command.phraseWrong':
      return 'confirmationDiffers';
    case 'journal.notAccepted':
      return 'badRequest';
    case 'tilt.overrideLocked':
      return 'overrideLocked';
    default:
      return 'commandRefused';
  }
}
