import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test } from 'node:test';

import { parseAllDocuments } from 'yaml';

import { configSchema } from '../../lib/config/schema.ts';
import { loadConfig } from '../../lib/config/load.ts';
import { unknownVariables } from '../../lib/config/warnings.ts';
import { PROJECT_ROOT } from '../../lib/core/projectRoot.ts';
import { readEvery } from './readEvery.ts';

const SECRET = 'a-secret-of-the-tests-that-is-long-enough';

const FOLDER = path.join(PROJECT_ROOT, '.deployment');

/** Parts of any shape. */
// oxlint-disable-next-line typescript/no-explicit-any
type Any = any;

const read = (file: string): string =>
  readFileSync(path.join(FOLDER, file), 'utf8');

const files = readdirSync(FOLDER).filter((file) => file.endsWith('.yml'));

const manifests: Any[] = files
  .filter((file) => file !== 'mongo-deployment.yml')
  .flatMap((file) =>
    parseAllDocuments(read(file), { merge: true }).map((document) => {
      assert.deepEqual(document.errors, []);
      return document.toJS();
    }),
  );

const ofKind = (kind: string): Any[] =>
  manifests.filter((manifest) => manifest.kind === kind);
const named = (kind: string, name: string): Any => {
  const found = ofKind(kind).find(({ metadata }) => metadata.name === name);
  assert.ok(found, `${kind} ${name}`);
  return found;
};
const workloads = [...ofKind('Deployment'), ...ofKind('StatefulSet')];
const containerOf = (workload: Any): Any =>
  workload.spec.template.spec.containers[0];
const environmentOf = (workload: Any): Record<string, string> => {
  const { env = [], envFrom = [] } = containerOf(workload);
  return {
    ...Object.assign(
      {},
      ...envFrom.map(
        ({ configMapRef }: Any) => named('ConfigMap', configMapRef.name).data,
      ),
    ),
    ...Object.fromEntries(
      env.map(({ name, value = '192.0.2.1' }: Any) => [name, value]),
    ),
  };
};

/** The groups of kinds, as the package names their schemas. */
const GROUPS: Readonly<Record<string, string>> = {
  v1: 'CoreV1',
  'apps/v1': 'AppsV1',
  'networking.k8s.io/v1': 'NetworkingV1',
  'policy/v1': 'PolicyV1',
};

/**
 * Checks a manifest by the schema of its kind.
 *
 * @returns The properties that the schema does not look at.
 */
async function unknownIn(manifest: Any): Promise<string[]> {
  const { apiVersion, kind } = manifest;
  const { validate } = (await import(
    `kubernetes-models/_schemas/IoK8sApi${GROUPS[apiVersion]}${kind}`
  )) as { validate: { (data: unknown): boolean; errors?: unknown } };
  return readEvery(manifest, (watched) => {
    assert.ok(validate(watched), JSON.stringify(validate.errors));
  });
}

describe('.deployment', () => {
  test('has the files of the published commands', () => {
    assert.deepEqual(files.toSorted(), [
      'client-deployment.yml',
      'cluster-deployment.yml',
      'database-deployment.yml',
      'ingress.yml',
      'mongo-deployment.yml',
      'server-deployment.yml',
    ]);
    assert.equal(read('mongo-deployment.yml'), read('database-deployment.yml'));
  });

  for (const manifest of manifests) {
    const { kind, metadata } = manifest;
    test(`has ${kind} ${metadata.name} as the schema of Kubernetes has it`, async () => {
      assert.deepEqual(await unknownIn(manifest), []);
    });
  }

  test('is checked for properties that Kubernetes does not know', async () => {
    const wrong = structuredClone(named('Deployment', 'client'));
    wrong.spec.replica = 2;
    wrong.spec.template.spec.containers[0].images = 'client';
    assert.deepEqual(await unknownIn(wrong), [
      '.spec.template.spec.containers.0.images',
      '.spec.replica',
    ]);
    wrong.spec.template.spec.containers[0].ports[0].containerPort = 'http';
    await assert.rejects(unknownIn(wrong), /containerPort/);
  });

  test('selects pods, ports, Secrets and ConfigMaps that there are', () => {
    const pods = workloads.map(({ spec }) => spec.template);
    const selected = (labels: Record<string, string>): Any => {
      const found = pods.filter(({ metadata }) =>
        Object.entries(labels).every(
          ([name, value]) => metadata.labels[name] === value,
        ),
      );
      assert.equal(found.length, 1, JSON.stringify(labels));
      return found[0];
    };
    const portNames = (pod: Any): string[] =>
      pod.spec.containers[0].ports.map(({ name }: Any) => name);
    for (const { spec } of workloads) {
      assert.equal(selected(spec.selector.matchLabels), spec.template);
      const container = spec.template.spec.containers[0];
      const volumes = spec.template.spec.volumes.map(({ name }: Any) => name);
      const claims = (spec.volumeClaimTemplates ?? []).map(
        ({ metadata }: Any) => metadata.name,
      );
      for (const { name } of container.volumeMounts) {
        assert.ok([...volumes, ...claims].includes(name), name);
      }
      for (const volume of spec.template.spec.volumes) {
        if (volume.configMap) {
          named('ConfigMap', volume.configMap.name);
        }
      }
    }
    for (const { spec } of ofKind('Service')) {
      const pod = selected(spec.selector);
      for (const { targetPort } of spec.ports) {
        assert.ok(portNames(pod).includes(targetPort), targetPort);
      }
    }
    for (const { spec } of ofKind('PodDisruptionBudget')) {
      selected(spec.selector.matchLabels);
    }
    for (const { spec } of ofKind('NetworkPolicy')) {
      const pod = selected(spec.podSelector.matchLabels);
      for (const { from, ports } of spec.ingress) {
        for (const { podSelector } of from) {
          if (podSelector) {
            selected(podSelector.matchLabels);
          }
        }
        for (const { port } of ports) {
          assert.ok(portNames(pod).includes(port), port);
        }
      }
    }
    for (const { spec } of ofKind('Ingress')) {
      for (const { http } of spec.rules) {
        for (const { backend } of http.paths) {
          const { spec: service } = named('Service', backend.service.name);
          assert.ok(
            service.ports.some(
              ({ name }: Any) => name === backend.service.port.name,
            ),
          );
        }
      }
    }
  });

  test('contains no Secret', () => {
    assert.deepEqual(ofKind('Secret'), []);
  });

  for (const workload of workloads) {
    const { metadata, spec } = workload;
    test(`runs ${metadata.name} without rights, bounded, and probed`, () => {
      const pod = spec.template.spec;
      const container = containerOf(workload);
      assert.equal(pod.securityContext.runAsNonRoot, true);
      assert.ok(pod.securityContext.runAsUser > 0);
      assert.equal(pod.automountServiceAccountToken, false);
      assert.deepEqual(container.securityContext, {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      assert.ok(container.resources.requests.cpu);
      assert.ok(container.resources.limits.memory);
      for (const kind of ['readinessProbe', 'livenessProbe'] as const) {
        const { httpGet, exec } = container[kind];
        assert.ok(httpGet ?? exec);
        if (httpGet) {
          assert.ok(
            container.ports.some(({ name }: Any) => name === httpGet.port),
          );
        }
      }
    });
  }

  const openapi = JSON.parse(
    readFileSync(path.join(PROJECT_ROOT, 'docs/openapi.json'), 'utf8'),
  ) as { paths: Record<string, unknown> };

  for (const name of ['signalling-server', 'users-service']) {
    const workload = named('Deployment', name);
    const container = containerOf(workload);
    const variables = environmentOf(workload);

    test(`gives ${name} variables and probes that the server knows`, async () => {
      assert.deepEqual(unknownVariables(variables), []);
      for (const probe of ['startupProbe', 'readinessProbe', 'livenessProbe']) {
        assert.ok(container[probe].httpGet.path in openapi.paths);
      }
      const mounts = new Set(
        container.volumeMounts.map(({ mountPath }: Any) => mountPath),
      );
      // The files are those of Secrets, so they are given here as values.
      const given = Object.fromEntries(
        Object.entries(variables).map(([variable, value]) => {
          if (!variable.endsWith('_FILE')) {
            return [variable, value];
          }
          assert.ok(mounts.has(path.dirname(value)), value);
          return [variable.replace(/_FILE$/, ''), SECRET];
        }),
      );
      const config = await loadConfig(given, name);
      const ports = Object.fromEntries(
        container.ports.map((port: Any) => [port.name, port.containerPort]),
      );
      assert.equal(ports['http'], config.listen.port);
      assert.equal(ports['ops'], config.ops.port);
      const media = container.ports
        .filter((port: Any) => port.name.startsWith('media-'))
        .map((port: Any) => `${port.containerPort}/${port.protocol}`);
      assert.deepEqual(
        media,
        Array.from({ length: config.workers.count }, (_, index) =>
          ['UDP', 'TCP'].map(
            (protocol) => `${config.rtc.port + index}/${protocol}`,
          ),
        ).flat(),
      );
      const grace =
        workload.spec.template.spec.terminationGracePeriodSeconds * 1_000;
      assert.ok(grace > config.shutdown.drainTimeout + 3_000);
      assert.equal(
        config.store.url,
        `postgres://videoconf:${SECRET}@database:5432/vidchat`,
      );
      assert.equal(
        config.accounts.issuer,
        configSchema.parse({}).accounts.issuer,
      );
    });
  }

  test('makes three nodes of one cluster of the servers of the StatefulSet', async () => {
    const workload = named('StatefulSet', 'atrium');
    const { ports, volumeMounts } = containerOf(workload);
    const variables = environmentOf(workload);
    assert.deepEqual(unknownVariables(variables), []);
    const mounts = new Set(volumeMounts.map(({ mountPath }: Any) => mountPath));
    const files = Object.entries(variables).filter(([variable]) =>
      variable.endsWith('_FILE'),
    );
    const config = await loadConfig(
      Object.fromEntries(
        Object.entries(variables).map(([variable, value]) => {
          if (!variable.endsWith('_FILE')) {
            return [variable, value];
          }
          const secret =
            variable === 'ATRIUM_STORE_URL_FILE'
              ? `postgres://videoconf:${SECRET}@database:5432/vidchat`
              : SECRET;
          return [variable.replace(/_FILE$/, ''), secret];
        }),
      ),
    );
    assert.equal(files.length, 3);
    for (const [, file] of files) {
      assert.ok(mounts.has(path.dirname(file)), file);
    }
    const [{ port }] = named('Service', 'redis').spec.ports;
    assert.equal(config.cluster.redis, `redis://redis:${port}`);
    const open = Object.fromEntries(
      ports.map((it: Any) => [it.name, it.containerPort]),
    );
    assert.equal(open['https'], config.listen.port);
    assert.equal(open['node'], config.cluster.port);
    assert.equal(open['media-0-udp'], config.rtc.port);
    assert.equal(
      open['media-1-udp'],
      config.rtc.port + config.workers.count - 1,
    );
    const { replicas, template } = workload.spec;
    assert.equal(replicas, 3);
    const grace = template.spec.terminationGracePeriodSeconds * 1_000;
    assert.ok(grace > config.shutdown.drainTimeout + 3_000);
  });

  test('creates the database as docker-compose.yml does', () => {
    assert.equal(
      named('ConfigMap', 'database').data['database.sh'],
      read('database.sh'),
    );
  });

  test('divides requests as docker-compose.yml does', () => {
    const routes = (conf: string): string[] =>
      Array.from(
        conf.matchAll(/location ([^{]+) \{\s*proxy_pass ([^;]+);/g),
        ([, location, to]) => `${location} ${to}`,
      );
    const upstreams = (conf: string): string[] =>
      Array.from(
        conf.matchAll(/upstream (\w+) \{\s*server ([\w:-]+);/g),
        ([, name, server]) => `${name} ${server}`,
      );
    const inCluster: string = named('ConfigMap', 'nginx').data['nginx.conf'];
    const [site = ''] = read('nginx.conf').split('listen 8000;');
    assert.deepEqual(routes(inCluster), routes(site));
    assert.equal(routes(site).length, 5);
    assert.deepEqual(upstreams(inCluster), upstreams(site));
    for (const upstream of upstreams(inCluster)) {
      const [name = '', port] = upstream.replace(/^\w+ /, '').split(':');
      const [first] = named('Service', name).spec.ports;
      assert.equal(String(first.port), port);
    }
  });
});
