import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import { contracts, openApi } from '../../scripts/docs/openapi.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { shelf } from './shelf.ts';

interface Operation {
  operationId: string;
}

describe('the OpenAPI document', () => {
  test('describes every table that the server mounts', async () => {
    const server = await startServer();
    try {
      assert.deepEqual(
        server.routes.map(({ contract }) => contract),
        contracts,
      );
    } finally {
      await server.close();
    }
  });

  const { paths } = JSON.parse(openApi([shelf]));

  test('names each operation once', () => {
    const document: { paths: Record<string, Record<string, Operation>> } =
      JSON.parse(openApi());
    const names = Object.values(document.paths)
      .flatMap((operations) => Object.values(operations))
      .map(({ operationId }) => operationId);
    assert.deepEqual(names.toSorted(), Array.from(new Set(names)).toSorted());
  });

  test('lists every method of a path', () => {
    assert.deepEqual(Object.keys(paths['/books/{id}']), [
      'get',
      'put',
      'patch',
      'delete',
    ]);
    assert.deepEqual(Object.keys(paths['/books/']), ['get', 'post']);
  });

  test('describes parameters, query, body and the token', () => {
    const [most] = paths['/books/'].get.parameters;
    assert.deepEqual(
      [most.in, most.name, most.required],
      ['query', 'most', false],
    );
    const [id] = paths['/books/{id}'].get.parameters;
    assert.deepEqual([id.in, id.name, id.required], ['path', 'id', true]);
    const { requestBody, security } = paths['/books/'].post;
    assert.equal(requestBody.required, true);
    assert.deepEqual(requestBody.content['application/json'].schema.required, [
      'title',
    ]);
    assert.deepEqual(security, [{ token: [] }]);
    assert.equal(paths['/books/'].get.security, undefined);
    assert.equal(paths['/books/{id}'].patch.requestBody.required, false);
    assert.ok(paths['/books/{id}'].put.requestBody.content['text/plain']);
  });

  test('describes replies with their headers, and without a body', () => {
    const { 201: added } = paths['/books/'].post.responses;
    assert.equal(added.headers.Location.required, true);
    const { 204: removed } = paths['/books/{id}'].delete.responses;
    assert.equal(removed.content, undefined);
  });

  test('lists errors by their status in the contract', () => {
    const { 410: gone, 404: missing } = paths['/books/{id}'].get.responses;
    assert.equal(gone.description, 'BOOK_NOT_FOUND: There is no such book.');
    assert.equal(missing, undefined);
    assert.ok(gone.content['application/json'].schema.properties.detail);
    const statuses = Object.keys(paths['/books/'].post.responses);
    assert.deepEqual(statuses, [
      '201',
      '400',
      '401',
      '403',
      '413',
      '415',
      '429',
    ]);
  });
});
