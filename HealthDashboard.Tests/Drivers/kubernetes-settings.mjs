// The variables and files of a container, against the settings that the program has.

const title = document => `${document.kind} ${document.metadata.name}`;

// ApiKeys:0:Key is ApiKeys:*:Key of the program; one of a list, or of names that the operator chooses, has the list's key before it.
function isKnown(key, settings) {
  const pattern = key.replace(/:\d+(?=:|$)/g, ':*');
  return settings.includes(pattern) || settings.includes(pattern.replace(/:[^:]+$/, ':*'));
}

function* flatten(value, key) {
  if (value !== null && typeof value === 'object')
    for (const [name, inner] of Object.entries(value))
      yield* flatten(inner, key ? `${key}:${name}` : name);
  else
    yield key;
}

/** Every variable has a meaning for the program or is put into one that has, and comes from where there is one. */
export function* judgeSettings(set, container, named, { settings, secrets }) {
  const variables = [];
  for (const { configMapRef } of container.envFrom ?? []) {
    const map = named('ConfigMap', configMapRef?.name);
    if (map)
      variables.push(...Object.entries(map.data).map(([name, value]) => ({ name, value })));
    else
      yield `${title(set)}: no ConfigMap is called ${configMapRef?.name}`;
  }
  const own = container.env ?? [];
  const mounts = container.volumeMounts ?? [];
  const used = new Set([...own.map(one => one.value), ...mounts.map(one => one.subPathExpr)].flatMap(text => [...(text ?? '').matchAll(/\$\((\w+)\)/g)].map(match => match[1])));

  for (const [i, { name, value, valueFrom }] of own.entries()) {
    // Only what stands before it, and nothing of envFrom, is put in place of $(NAME).
    for (const [, inner] of (value ?? '').matchAll(/\$\((\w+)\)/g))
      if (!own.slice(0, i).some(one => one.name === inner))
        yield `${title(set)}: ${name} has $(${inner}), which no variable before it is called`;
    const { secretKeyRef } = valueFrom ?? {};
    if (secretKeyRef && !secrets.includes(secretKeyRef.key))
      yield `${title(set)}: ${name} is the secret ${secretKeyRef.key}, which the example does not name`;
    if (/password|key$|secret/i.test(name) && value !== undefined && !value.includes('$('))
      yield `${title(set)}: ${name} is a secret and stands in the file`;
  }
  for (const secret of secrets)
    if (!own.some(one => one.valueFrom?.secretKeyRef?.key === secret))
      yield `${title(set)}: nothing asks for the secret ${secret} of the example`;

  variables.push(...own);
  for (const [i, { name }] of variables.entries()) {
    if (variables.findIndex(one => one.name === name) !== i)
      yield `${title(set)}: ${name} is set twice`;
    if (!(name.includes('__') ? isKnown(name.replaceAll('__', ':'), settings) : used.has(name)))
      yield `${title(set)}: the program has no setting ${name}`;
  }

  const data = variables.find(one => one.name === 'Data__Directory')?.value;
  for (const path of [data, '/tmp'])
    if (!mounts.some(one => one.mountPath === path && !one.readOnly))
      yield `${title(set)}: no volume that can be written to is at ${path}`;
  const certificate = variables.find(one => one.name === 'KeyRing__Certificate')?.value;
  if (certificate && !mounts.some(one => certificate.startsWith(`${one.mountPath}/`)))
    yield `${title(set)}: no volume is at ${certificate}`;

  // A file of settings for each pod.
  for (const mount of mounts.filter(one => one.subPathExpr)) {
    const map = named('ConfigMap', set.spec.template.spec.volumes.find(one => one.name === mount.name)?.configMap?.name);
    for (let pod = 0; pod < set.spec.replicas; pod++) {
      const file = mount.subPathExpr.replace('$(POD_NAME)', `${set.metadata.name}-${pod}`);
      if (map?.data[file] === undefined)
        yield `${title(set)}: no file ${file} is there for one of its pods`;
    }
    for (const [file, text] of Object.entries(map?.data ?? {}))
      for (const key of flatten(JSON.parse(text), ''))
        if (key && !isKnown(key, settings))
          yield `ConfigMap ${map.metadata.name}: the program has no setting ${key} (${file})`;
  }
}
