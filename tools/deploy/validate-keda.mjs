// Checks manifests of KEDA's kinds (JSON, an array, on standard input) against KEDA's own schemas, and prints what is wrong, a
// line each. The schemas let pass what they do not know; the lists below do not: they are what is used here, from KEDA's reference.
import { ScaledObject } from '@kubernetes-models/keda/keda.sh/v1alpha1/ScaledObject';
import { TriggerAuthentication } from '@kubernetes-models/keda/keda.sh/v1alpha1/TriggerAuthentication';
import { readFileSync } from 'node:fs';

const SPEC = [
  ...[
    'scaleTargetRef',
    'minReplicaCount',
    'maxReplicaCount',
    'pollingInterval',
    'cooldownPeriod',
    'fallback',
    'triggers',
  ],
];
const TRIGGER = ['type', 'metricType', 'metadata', 'authenticationRef'];
const METADATA = {
  kafka: [
    ...['bootstrapServers', 'consumerGroup', 'topic', 'lagThreshold', 'activationLagThreshold', 'offsetResetPolicy'],
    ...['sasl', 'tls'],
  ],
  cpu: ['value'],
};

// Of what the kafka trigger signs in with.
const PARAMETERS = ['username', 'password', 'ca', 'cert', 'key'];

const others = (value, known, at) =>
  Object.keys(value ?? {})
    .filter((name) => !known.includes(name))
    .map((name) => `${at}/${name} is not known`);

const faultsOfAuthentication = ({ spec }) => [
  ...others(spec, ['secretTargetRef'], 'spec'),
  ...(spec?.secretTargetRef ?? []).flatMap((reference, index) => [
    ...others(reference, ['parameter', 'name', 'key'], `spec/secretTargetRef/${index}`),
    ...(PARAMETERS.includes(reference.parameter)
      ? []
      : [`spec/secretTargetRef/${index}: ${reference.parameter} is not known`]),
  ]),
];

const faultsOfScaled = (manifest) => {
  const faults = others(manifest.spec, SPEC, 'spec');
  for (const [index, trigger] of (manifest.spec?.triggers ?? []).entries()) {
    const at = `spec/triggers/${index}`;
    faults.push(
      ...others(trigger, TRIGGER, at),
      ...others(trigger.metadata, METADATA[trigger.type] ?? [], `${at}/metadata`),
      ...others(trigger.authenticationRef, ['name'], `${at}/authenticationRef`),
    );
  }
  return faults;
};

const KINDS = {
  ScaledObject: { Model: ScaledObject, faultsOf: faultsOfScaled },
  TriggerAuthentication: { Model: TriggerAuthentication, faultsOf: faultsOfAuthentication },
};

for (const manifest of JSON.parse(readFileSync(0, 'utf8'))) {
  const { Model, faultsOf } = KINDS[manifest.kind] ?? { Model: ScaledObject, faultsOf: faultsOfScaled };
  const faults = faultsOf(manifest);
  try {
    new Model(manifest).validate();
  } catch (error) {
    faults.push(error.message);
  }
  for (const fault of faults) console.log(`${manifest.metadata?.name}: ${fault}`);
}
