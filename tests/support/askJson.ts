/** An answer with its body, of any shape. */
export interface JsonAnswer {
  status: number;
  // The tests read fields of many shapes.
  // oxlint-disable-next-line typescript/no-explicit-any
  body: any;
}

/** Sends a request, with a body as JSON, and reads the answer as JSON. */
export async function askJson(
  url: URL,
  method: string,
  body?: object,
  token?: string,
): Promise<JsonAnswer> {
  const reply = await fetch(url, {
    method,
    headers: {
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...(token !== undefined && { Authorization: `Bearer ${token}` }),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  return { status: reply.status, body: await reply.json() };
}
