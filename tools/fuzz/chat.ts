import assert from 'node:assert/strict';
import type { IncomingMessage } from 'node:http';

import { requireContent } from '../../lib/chat/content.ts';
import { AppError } from '../../lib/core/errors.ts';
import { check } from '../../lib/core/validation.ts';
import { requestIn } from '../../lib/gateways/chat/ChatSession.ts';
import { encodeError } from '../../lib/gateways/chat/encodeError.ts';
import { routeContract } from '../../lib/gateways/chat/routes.ts';
import { InvalidInput } from '../../lib/http/InvalidInput.ts';
import type { InputPart } from '../../lib/http/InvalidInput.ts';
import type { RouteSpec } from '../../lib/http/RouteSpec.ts';

/** The longest answer to an input, in characters. */
const MAX_ANSWER_LENGTH = 8_000;

const routes: readonly RouteSpec[] = Object.values(routeContract.routes);

/** The message in a frame of the chat API's socket, whose content is checked. */
export function messageIn(input: string): { method: string; data: unknown } {
  const request = requestIn(input);
  const { data } = request;
  const content = (data as { content?: unknown } | null)?.content;
  if (typeof content === 'string') {
    try {
      requireContent(content);
    } catch (error) {
      assert.ok(error instanceof AppError, String(error));
    }
  }
  return request;
}

/** Reads an input as the query and as the body of every resource of the chat API. */
export function chatResources(input: string): void {
  const query = Object.fromEntries(new URLSearchParams(input));
  const body = jsonIn(input);
  for (const spec of routes) {
    holdInput(spec, 'query', query);
    if (body !== undefined) {
      holdInput(spec, 'body', body.value);
    }
  }
}

function holdInput(
  spec: RouteSpec,
  where: Exclude<InputPart, 'parameters'>,
  input: unknown,
): void {
  const schema = spec[where];
  if (schema === undefined) {
    return;
  }
  const result = check(schema, input, where);
  if (result.ok) {
    return;
  }
  const error = new InvalidInput(where, result, input);
  const request = { method: spec.method, url: spec.path, headers: {} };
  const reply = encodeError(error, request as IncomingMessage);
  const text = JSON.stringify(routeContract.error.parse(reply.body));
  assert.ok(text.length <= MAX_ANSWER_LENGTH, text);
  assert.ok(Object.keys(JSON.parse(text)).length > 0, text);
}

function jsonIn(input: string): { value: unknown } | undefined {
  try {
    return { value: JSON.parse(input) as unknown };
  } catch {
    return undefined;
  }
}
