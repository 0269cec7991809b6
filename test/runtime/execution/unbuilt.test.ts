import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DataFlowError } from '../../../runtime/src/errors/dataflow-error.js';
import { LocalRuntime } from '../../../runtime/src/execution/local-runtime.js';
import { WorkflowBuilder } from '../../../runtime/src/workflow/builder.js';

const runtime = new LocalRuntime({ execute: () => Promise.reject(new Error('nothing runs')) } as never);

for (const [what, given] of [['a builder', new WorkflowBuilder('x')], ['nothing', undefined], ['a plain object', {}]] as const) {
  test(`${what} in place of a workflow: DF-219`, async () => {
    try {
      await runtime.execute(given as never);
    } catch (error) {
      assert.instance(error, DataFlowError);
      assert.is((error as DataFlowError).code, 'DF-219');
      return;
    }
    assert.unreachable();
  });
}

test.run();
