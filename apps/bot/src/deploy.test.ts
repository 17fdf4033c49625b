import { existsSync, globSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { readEnvironment } from './environment.js';
import { ENVIRONMENT_HELP } from './variables.js';

// No Docker, no cluster and no systemd runs here: what can be known of the files without them.

const DEPLOY = new URL('../deploy/', import.meta.url);
const ROOT = new URL('../../../', import.meta.url);
const read = (path: string, from = DEPLOY) => readFileSync(new URL(path, from), 'utf8');
const files = globSync('**/*', { cwd: fileURLToPath(DEPLOY), withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => `${entry.parentPath}/${entry.name}`);

/** What YAML has at that path of keys. Throws where a file is no YAML, or has a key twice. */
function yaml(path: string): unknown {
  const [document, ...others] = parseAllDocuments(read(path));
  if (!document || others.length > 0) throw new Error(`${path} is not one document.`);
  if (document.errors.length > 0) throw document.errors[0];
  return document.toJS();
}

/** The NAME=value lines of a text, as Docker, kustomize and systemd read a file of variables. */
function variables(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
}

const example = variables(read('securitybot.env.example'));
const dockerfile = read('Dockerfile');
const unit = read('securitybot.service');

/** How long a stop may take, in ms. */
const STOP_MS = Number(
  /const STOP_MS = ([\d_]+)/.exec(read('packages/core/src/engine/securitybot.ts', ROOT))?.[1]?.replaceAll('_', ''),
);

test.each(files)('%s names variables that the bot reads, and no secret', (path) => {
  const text = readFileSync(path, 'utf8');
  const named = text.match(/\b(?:SECURITYBOT|SLACK|ZULIP|DUO)_[A-Z_]+\b/g) ?? [];
  expect(named.filter((name) => !ENVIRONMENT_HELP.includes(`  ${name} `))).toEqual([]);
  expect(text).not.toMatch(/xox[bp]-\d|xapp-\d/);
});

test('the example of a file of variables is one that the bot starts with, and its copy stays out of git', () => {
  const environment = readEnvironment(example);
  expect(environment.slack).toBeDefined();
  expect(environment.duo).toBeDefined();
  expect(environment.reportingChannel).toBe('#security');
  expect(read('.gitignore', ROOT).split('\n')).toContain('securitybot.env');
});

describe('the image', () => {
  const [build = '', run = ''] = dockerfile.split(/^FROM .*\n/m).slice(1);

  test('is built with the Node.js of the repository, from what is there', () => {
    const [, node] = /const NODE = (\d+)/.exec(read('tools/toolchain.mjs', ROOT)) ?? [];
    expect(dockerfile.match(/^FROM .*$/gm)).toEqual([
      `FROM node:${node}-bookworm-slim AS build`,
      `FROM node:${node}-bookworm-slim`,
    ]);
    expect(existsSync(new URL('tools/run.mjs', ROOT))).toBe(true);
    expect(build).toContain('deploy --prod /app');
    const ignored = read('Dockerfile.dockerignore').trim().split('\n');
    expect(ignored).toEqual(expect.arrayContaining(['.git', '**/node_modules', '**/dist', '**/*.env']));
  });

  test('runs the command of the package, not as root, and looks at its own health', () => {
    const { bin, files: packed } = JSON.parse(read('package.json', new URL('../', DEPLOY)));
    expect(run).toContain(
      `ENTRYPOINT ["node", "--max-semi-space-size=8", "--heap-growing-percent=30", "/app/${bin.securitybot.replace('./', '')}"]`,
    );
    expect(packed).toEqual(['config', 'dist']);
    expect(run).toMatch(/^USER [1-9]\d*:[1-9]\d*$/m);
    const env = variables(run.replace(/^(?:ENV| {3}) /gm, '').replaceAll(' \\\n', '\n'));
    const environment = readEnvironment({ ...example, ...env });
    expect(environment).not.toHaveProperty('frontend'); // its first link would stand in every log
    expect(environment).toMatchObject({
      logLevel: 'info',
      metrics: { host: '0.0.0.0', port: Number(/^EXPOSE (\d+)$/m.exec(run)?.[1]) },
    });
    expect(run).toMatch(/^HEALTHCHECK .*\\\n {2}CMD \["node", "-e", ".*\/healthz.*"\]$/m);
  });
});

test('compose: two replicas, as locked in as they can be, with time to stop', () => {
  const { services } = yaml('compose.yaml') as {
    services: { bot: { build: { context: string; dockerfile: string }; stop_grace_period: string } };
  };
  expect(services.bot).toMatchObject({
    deploy: { replicas: 2 },
    read_only: true,
    cap_drop: ['ALL'],
    security_opt: ['no-new-privileges:true'],
    env_file: 'securitybot.env',
  });
  const context = new URL(`${services.bot.build.context}/`, DEPLOY);
  expect(context.href).toBe(ROOT.href);
  expect(existsSync(new URL(services.bot.build.dockerfile, context))).toBe(true);
  expect(Number.parseInt(services.bot.stop_grace_period, 10) * 1000).toBeGreaterThan(STOP_MS);
});

describe('Kubernetes', () => {
  const kustomization = yaml('kubernetes/kustomization.yaml') as {
    resources: string[];
    images: { name: string }[];
    secretGenerator: { name: string }[];
  };
  const { spec } = yaml('kubernetes/deployment.yaml') as {
    spec: {
      selector: { matchLabels: object };
      template: {
        metadata: { labels: object; annotations: Record<string, string> };
        spec: {
          terminationGracePeriodSeconds: number;
          containers: { image: string; env: { name: string; value: string }[]; envFrom: object[] }[];
        };
      };
    };
  };
  const pod = spec.template.spec;
  const [bot] = pod.containers;

  test('everything that is there is applied, and is about the same pods', () => {
    const there = globSync('kubernetes/*.yaml', { cwd: fileURLToPath(DEPLOY) }).map((path) =>
      path.replace('kubernetes/', ''),
    );
    expect(['kustomization.yaml', ...kustomization.resources].toSorted()).toEqual(there.toSorted());
    const { labels } = spec.template.metadata;
    expect(spec.selector.matchLabels).toEqual(labels);
    expect(yaml('kubernetes/disruption-budget.yaml')).toMatchObject({ spec: { selector: { matchLabels: labels } } });
    expect(yaml('kubernetes/network-policy.yaml')).toMatchObject({ spec: { podSelector: { matchLabels: labels } } });
    expect(bot?.image).toBe(kustomization.images[0]?.name);
    expect(bot?.envFrom).toEqual([{ secretRef: { name: kustomization.secretGenerator[0]?.name } }]);
  });

  test('two replicas, one of which always works; probes where the bot serves them; time to stop', () => {
    expect(spec).toMatchObject({
      replicas: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    const env = Object.fromEntries(bot?.env.map(({ name, value }) => [name, value]) ?? []);
    const { metrics } = readEnvironment({ ...example, ...env });
    expect(metrics?.host).toBe('0.0.0.0');
    expect(bot).toMatchObject({
      ports: [{ name: 'metrics', containerPort: metrics?.port }],
      livenessProbe: { httpGet: { path: '/healthz', port: 'metrics' } },
      readinessProbe: { httpGet: { path: '/readyz', port: 'metrics' } },
    });
    expect(spec.template.metadata.annotations['prometheus.io/port']).toBe(String(metrics?.port));
    expect(pod.terminationGracePeriodSeconds * 1000).toBeGreaterThan(STOP_MS);
  });

  test('as locked in as it can be: the restricted standard for pods, and nothing to write to', () => {
    expect(pod).toMatchObject({
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      securityContext: { runAsNonRoot: true, runAsUser: 1000, seccompProfile: { type: 'RuntimeDefault' } },
    });
    expect(bot).toMatchObject({
      securityContext: {
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      },
    });
  });
});

test('systemd: a service that starts again, with time to stop, as a user of its own that can write to its folder only', () => {
  const settings = new Map([...unit.matchAll(/^(\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]));
  const env = variables((settings.get('Environment') ?? '').replaceAll(' ', '\n'));
  const environment = readEnvironment({ ...example, ...env });
  expect(environment).not.toHaveProperty('frontend');
  expect(environment.metrics).toEqual({ host: '127.0.0.1', port: 9464 });
  expect(settings.get('ExecStart')).toBe(
    '/usr/bin/node --max-semi-space-size=8 --heap-growing-percent=30 /opt/securitybot/dist/cli.js start',
  );
  expect(Number.parseInt(settings.get('TimeoutStopSec') ?? '', 10) * 1000).toBeGreaterThan(STOP_MS);
  expect(Object.fromEntries(settings)).toMatchObject({
    Restart: 'always',
    DynamicUser: 'yes',
    NoNewPrivileges: 'yes',
    ProtectSystem: 'strict',
    CapabilityBoundingSet: '',
  });
  expect(settings.has('MemoryDenyWriteExecute')).toBe(false); // V8 writes the code that it runs
});
