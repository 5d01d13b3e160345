import assert from 'node:assert/strict';
import { test } from 'node:test';

import { openStore } from '../../lib/store/openStore.ts';
import { startServer } from '../../tools/fixtures/server.ts';
import { createAccount, PASSWORD } from '../support/accounts.ts';
import { JsonClient, withTokens } from '../support/JsonClient.ts';
import { onEachEngine } from '../support/stores.ts';

onEachEngine('logins that end at another process', (engine) => {
  test('close their sockets here, and no others', async (t) => {
    const store = await engine.emptyStore();
    const server = await startServer({
      ...withTokens,
      store,
      listeners: [{ contract: 'chat', port: 0, tls: false }],
    });
    t.after(() => server.close());
    const operator = await openStore(store, '/');
    t.after(() => operator.close());

    async function post(path: string, body: object) {
      const response = await fetch(new URL(path, server.ownUrls[0]), {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      assert.ok(response.ok, `${response.status}`);
      return response.json() as Promise<Record<string, string>>;
    }

    /** Creates an account, logs in, and connects. */
    async function connect(name: string) {
      const email = `${name}@example.com`;
      const { id } = await createAccount(operator, email, name);
      const { access = '' } = await post('/auth/login', {
        email,
        password: PASSWORD,
      });
      const client = await JsonClient.connect(server.url, { header: access });
      await client.received('connected');
      return { client, id };
    }

    const deleted = await connect('deleted');
    const changed = await connect('changed');
    const other = await connect('other');
    await operator.users.erase(deleted.id, 'keep');
    await operator.users.setPassword(changed.id, '$hash');
    assert.equal((await deleted.client.closed).code, 4000);
    assert.equal((await changed.client.closed).code, 4000);
    await other.client.request('createRoom', { name: 'Still here' });
    await other.client.close();
  });
});
