// Judges Kubernetes manifests: by the types that others generated from Kubernetes' own OpenAPI document, by what they name in each other, and by
// what the program has.
// Called with a file: {settings, paths, secrets, cases: [{name, yaml}]}. Writes what it finds: [{name, finding}].
import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';
import { parseAllDocuments } from 'yaml';
import { judgeSettings } from './kubernetes-settings.mjs';

const { settings, paths, secrets, cases } = JSON.parse(readFileSync(process.argv[2], 'utf8'));
const here = dirname(fileURLToPath(import.meta.url));

const modules = { v1: 'core/v1', 'apps/v1': 'apps/v1', 'networking.k8s.io/v1': 'networking/v1', 'policy/v1': 'policy/v1' };
const kinds = {
  v1: ['ConfigMap', 'Namespace', 'Service', 'ServiceAccount'],
  'apps/v1': ['StatefulSet'],
  'networking.k8s.io/v1': ['Ingress', 'NetworkPolicy'],
  'policy/v1': ['PodDisruptionBudget'],
};

// The OpenAPI document calls these texts; which there are is in the words beside them.
const words = {
  podManagementPolicy: ['OrderedReady', 'Parallel'], imagePullPolicy: ['Always', 'IfNotPresent', 'Never'], sessionAffinity: ['ClientIP', 'None'],
  protocol: ['TCP', 'UDP', 'SCTP'], pathType: ['Exact', 'Prefix', 'ImplementationSpecific'], policyTypes: ['Ingress', 'Egress'],
  whenUnsatisfiable: ['DoNotSchedule', 'ScheduleAnyway'], whenDeleted: ['Retain', 'Delete'], whenScaled: ['Retain', 'Delete'],
  unhealthyPodEvictionPolicy: ['AlwaysAllow', 'IfHealthyBudget'], fsGroupChangePolicy: ['Always', 'OnRootMismatch'],
  accessModes: ['ReadWriteOnce', 'ReadWriteOncePod', 'ReadOnlyMany', 'ReadWriteMany'], externalTrafficPolicy: ['Cluster', 'Local'],
  type: ['ClusterIP', 'NodePort', 'LoadBalancer', 'ExternalName', 'RollingUpdate', 'OnDelete', 'RuntimeDefault', 'Localhost'],
};

// All documents of all cases are checked in one go, each text once.
const sources = new Map();

function sourceOf(document) {
  const text = `import type { ${document.kind} } from 'kubernetes-types/${modules[document.apiVersion]}';\n`
    + `const it: ${document.kind} = ${JSON.stringify(document, null, 2)};\nexport default it;\n`;
  if (!sources.has(text))
    sources.set(text, join(here, `manifest-${sources.size}.ts`));
  return sources.get(text);
}

function typeErrors() {
  const options = {
    strict: true, noEmit: true, types: [], lib: ['lib.es2022.d.ts'], target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext, moduleResolution: ts.ModuleResolutionKind.NodeNext, skipLibCheck: true,
  };
  const texts = new Map([...sources].map(([text, file]) => [file, text]));
  const host = ts.createCompilerHost(options);
  const { fileExists, readFile, getSourceFile } = host;
  host.fileExists = file => texts.has(file) || fileExists(file);
  host.readFile = file => texts.get(file) ?? readFile(file);
  host.getSourceFile = (file, language, ...more) =>
    texts.has(file) ? ts.createSourceFile(file, texts.get(file), language) : getSourceFile(file, language, ...more);
  const found = new Map();
  for (const { file, start, messageText } of ts.getPreEmitDiagnostics(ts.createProgram([...texts.keys()], options, host))) {
    const line = file?.text.split('\n')[file.getLineAndCharacterOfPosition(start).line].trim();
    const name = file?.fileName;
    found.set(name, [...(found.get(name) ?? []), `${line}: ${ts.flattenDiagnosticMessageText(messageText, ' ')}`]);
  }
  return found;
}

const title = document => `${document.kind} ${document.metadata?.name}`;
const matches = (selector, labels) => Object.entries(selector ?? {}).every(([key, value]) => labels?.[key] === value);

/** Calls back for every field, however deep. */
function walk(value, look, field = '') {
  if (Array.isArray(value))
    value.forEach(item => walk(item, look, field));
  else if (value !== null && typeof value === 'object')
    Object.entries(value).forEach(([key, inner]) => walk(inner, look, key));
  else
    look(field, value);
}

/** What the documents name in each other. */
function* judgeNames(documents) {
  const of = kind => documents.filter(document => document.kind === kind);
  const named = (kind, name) => of(kind).find(document => document.metadata.name === name);
  const workloads = of('StatefulSet');
  const ports = workloads.flatMap(one => one.spec.template.spec.containers.flatMap(container => container.ports ?? []));
  const hasPort = port => ports.some(one => one.name === port || one.containerPort === port);
  const namespaces = of('Namespace').map(one => one.metadata.name);

  for (const document of documents) {
    const twins = documents.filter(other => title(other) === title(document));
    if (twins.length > 1 && twins[0] === document)
      yield `${title(document)} is there ${twins.length} times`;
    if (document.metadata.namespace && !namespaces.includes(document.metadata.namespace))
      yield `${title(document)} is in the namespace ${document.metadata.namespace}, which is not here`;
    const wrong = [];
    walk(document.spec, (field, value) => {
      if (words[field] && !words[field].includes(value))
        wrong.push(`${title(document)}: ${field} is ${value}: allowed are ${words[field].join(', ')}`);
    });
    yield* wrong;
  }

  const selects = (selector, what) => workloads.some(one => matches(selector, one.spec.template.metadata.labels)) ? [] : [`${what} selects no pod`];
  for (const service of of('Service').filter(one => one.spec.type !== 'ExternalName')) {
    yield* selects(service.spec.selector, title(service));
    for (const port of service.spec.ports.filter(one => !hasPort(one.targetPort ?? one.port)))
      yield `${title(service)}: no container has the port ${port.targetPort ?? port.port}`;
  }
  for (const budget of of('PodDisruptionBudget'))
    yield* selects(budget.spec.selector.matchLabels, title(budget));
  for (const policy of of('NetworkPolicy')) {
    yield* selects(policy.spec.podSelector.matchLabels, title(policy));
    for (const { port } of (policy.spec.ingress ?? []).flatMap(rule => rule.ports ?? []).filter(one => !hasPort(one.port)))
      yield `${title(policy)}: no container has the port ${port}`;
  }
  if (!of('NetworkPolicy').some(one => Object.keys(one.spec.podSelector).length === 0 && one.spec.policyTypes.length === 2 && !one.spec.ingress && !one.spec.egress))
    yield 'no NetworkPolicy denies what no other allows';
  for (const ingress of of('Ingress')) {
    for (const { backend: { service } } of ingress.spec.rules.flatMap(rule => rule.http.paths)) {
      const target = named('Service', service.name);
      if (!target?.spec.ports?.some(one => one.name === service.port.name || one.port === service.port.number))
        yield `${title(ingress)}: no Service ${service.name} has the port ${service.port.name ?? service.port.number}`;
    }
  }
  for (const set of workloads)
    yield* judgeSet(set, named, selects);
}

/** A StatefulSet: what it names, and that its pods may do no more than they must. */
function* judgeSet(set, named, selects) {
  const { template, serviceName, selector, volumeClaimTemplates = [] } = set.spec;
  const pod = template.spec;
  if (!matches(selector.matchLabels, template.metadata.labels))
    yield `${title(set)} selects no pod of its own`;
  if (named('Service', serviceName)?.spec.clusterIP !== 'None')
    yield `${title(set)}: no headless Service is called ${serviceName}`;
  if (pod.serviceAccountName && !named('ServiceAccount', pod.serviceAccountName))
    yield `${title(set)}: no ServiceAccount is called ${pod.serviceAccountName}`;
  const spread = [...(pod.topologySpreadConstraints ?? []), ...(pod.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [])];
  for (const { topologyKey, labelSelector } of spread)
    yield* selects(labelSelector.matchLabels, `${title(set)}: what is spread by ${topologyKey}`);
  if (spread.length === 0)
    yield `${title(set)}: its pods may be on one machine`;

  const volumes = [...(pod.volumes ?? []), ...volumeClaimTemplates.map(one => one.metadata)].map(one => one.name);
  for (const { configMap, secret } of pod.volumes ?? []) {
    if (configMap && !named('ConfigMap', configMap.name))
      yield `${title(set)}: no ConfigMap is called ${configMap.name}`;
    if (secret && !secret.secretName.startsWith(set.metadata.name))
      yield `${title(set)}: the Secret ${secret.secretName} is not documented`;
  }
  const safe = pod.securityContext?.runAsNonRoot === true && pod.securityContext.seccompProfile?.type === 'RuntimeDefault'
    && !pod.hostNetwork && !pod.hostPID && !pod.hostIPC && pod.automountServiceAccountToken === false
    && pod.containers.every(one => one.securityContext?.allowPrivilegeEscalation === false && one.securityContext.readOnlyRootFilesystem === true
      && one.securityContext.capabilities?.drop?.includes('ALL'));
  if (!safe)
    yield `${title(set)}: its pods may do more than they must`;
  for (const container of pod.containers) {
    for (const mount of (container.volumeMounts ?? []).filter(one => !volumes.includes(one.name)))
      yield `${title(set)}: no volume is called ${mount.name}`;
    for (const kind of ['startupProbe', 'livenessProbe', 'readinessProbe']) {
      const { path, port } = container[kind]?.httpGet ?? {};
      if (!paths.includes(path))
        yield `${title(set)}: ${kind} asks ${path}, which the program does not serve`;
      if (!container.ports.some(one => one.name === port || one.containerPort === port))
        yield `${title(set)}: ${kind} asks the port ${port}, which the container does not have`;
    }
    if (!container.resources?.requests?.memory || !container.resources.limits?.memory)
      yield `${title(set)}: ${container.name} has no bound of memory`;
    yield* judgeSettings(set, container, named, { settings, secrets });
  }
}

const judged = cases.map(({ name, yaml }) => {
  const parsed = parseAllDocuments(yaml);
  const findings = parsed.flatMap(document => document.errors.map(error => error.message));
  const documents = findings.length > 0 ? [] : parsed.map(document => document.toJS()).filter(document => document !== null);
  const [known, unknown] = [true, false].map(is => documents.filter(one => (kinds[one.apiVersion]?.includes(one.kind) ?? false) === is));
  findings.push(...unknown.map(one => `${title(one)}: ${one.apiVersion} has no kind ${one.kind}`));
  const files = known.map(sourceOf);
  return { name, findings, known, files };
});
const types = typeErrors();
const found = judged.flatMap(({ name, findings, known, files }) => {
  const wrong = files.flatMap((file, i) => (types.get(file) ?? []).map(error => `${title(known[i])}: ${error}`));
  // Whose types are wrong cannot be looked into.
  const names = findings.length + wrong.length === 0 ? [...judgeNames(known)] : [];
  return [...findings, ...wrong, ...names].map(finding => ({ name, finding }));
});
found.push(...(types.get(undefined) ?? []).map(finding => ({ name: 'types', finding })));
console.log(JSON.stringify(found));
