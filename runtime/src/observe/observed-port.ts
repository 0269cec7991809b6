import type { StepPort } from '../execution/step-port.js';
import type { Observation } from './observation.js';

/** A port that reports the steps of one run: every attempt of a node or of a compensation, under its name. */
export function observedPort(port: StepPort, observation: Observation, workflow: string, runId: string): StepPort {
  return {
    ...port,
    tx: (name, work, contained, signal) => observation.node(workflow, runId, name, () => port.tx(name, work, contained, signal)),
    step: (name, work) => observation.node(workflow, runId, name, () => port.step(name, work)),
  };
}
