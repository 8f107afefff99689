// What a workflow creates goes away again: after success on a yes, after a failure and an interruption without asking.
import { describe, expect, test } from 'vitest';
import { containerRemoval, jobRemoval, poolRemoval, withCleanUp } from '../../../core/index.ts';
import type { CleanUp } from '../../../core/index.ts';
import { FakeCloud, fault, jammy } from '../../support/fake-cloud.ts';
import type { Script } from '../../support/fake-cloud.ts';

const poolSpec = {
  id: 'pool',
  vmSize: 'a',
  image: jammy.image,
  nodeAgentSkuId: jammy.nodeAgentSkuId,
  targetDedicatedNodes: 1,
};

async function createAll(cloud: FakeCloud, cleanUp: CleanUp, ownPool = true): Promise<void> {
  const { workflow } = cloud;
  cleanUp.register(containerRemoval(workflow, 'input'));
  await workflow.storage.ensureContainer('input');
  cleanUp.register(poolRemoval(workflow, 'pool', ownPool));
  await workflow.batch.pools.create(poolSpec);
  cleanUp.register(jobRemoval(workflow, 'job'));
  await workflow.batch.jobs.create({ id: 'job', poolId: 'pool' });
}

function left(cloud: FakeCloud): string[] {
  return [...cloud.jobs.keys(), ...cloud.pools.keys(), ...cloud.containers.keys()];
}

describe('withCleanUp', () => {
  function story(script: Script, keep: boolean, body: (cloud: FakeCloud, cleanUp: CleanUp) => Promise<void>) {
    const cloud = new FakeCloud(script);
    return { cloud, done: cloud.run(withCleanUp(cloud.workflow, { keep }, (cleanUp) => body(cloud, cleanUp))) };
  }

  test('asks for job and pool in the end, and deletes the containers unasked', async () => {
    const { cloud, done } = story({}, false, createAll);
    await done;
    expect(cloud.asked).toEqual(['Delete job? yes', 'Delete pool? yes']);
    expect(left(cloud)).toEqual([]);
  });

  test('keeps what a person wants to keep', async () => {
    const { cloud, done } = story({}, false, async (current, cleanUp) => {
      current.answers.push(true, false);
      await createAll(current, cleanUp);
    });
    await done;
    expect(left(cloud)).toEqual(['pool']);
    expect(cloud.lines).toContain('Kept pool pool');
  });

  test('does not propose to delete a pool that existed before', async () => {
    const { cloud, done } = story({}, false, (current, cleanUp) => createAll(current, cleanUp, false));
    await done;
    expect(cloud.asked).toContain('Delete pool? no');
    expect(left(cloud)).toEqual(['pool']);
  });

  test('deletes all of its own after a failure, without asking, and passes the failure on', async () => {
    const { cloud, done } = story({}, false, async (current, cleanUp) => {
      await createAll(current, cleanUp);
      throw fault('failed', 'A task failed.');
    });
    await expect(done).rejects.toThrow('A task failed.');
    expect(cloud.asked).toEqual([]);
    expect(left(cloud)).toEqual([]);
  });

  test('leaves an older pool alone after a failure', async () => {
    const { cloud, done } = story({}, false, async (current, cleanUp) => {
      await createAll(current, cleanUp, false);
      throw fault('failed');
    });
    await expect(done).rejects.toThrow('failed');
    expect(left(cloud)).toEqual(['pool']);
  });

  test('deletes after an interruption too, though the workflow’s signal is aborted', async () => {
    const { cloud, done } = story({}, false, async (current, cleanUp) => {
      await createAll(current, cleanUp);
      current.abort.abort();
      throw fault('cancelled');
    });
    await expect(done).rejects.toThrow('cancelled');
    expect(left(cloud)).toEqual([]);
  });

  test('deletes what was registered when the interruption came in the middle of a creation', async () => {
    const { cloud, done } = story({}, false, async (current, cleanUp) => {
      cleanUp.register(poolRemoval(current.workflow, 'pool', true));
      await current.workflow.batch.pools.create(poolSpec);
      cleanUp.register(jobRemoval(current.workflow, 'job'));
      current.abort.abort();
      await current.workflow.batch.jobs.create({ id: 'job', poolId: 'pool' }, { signal: current.abort.signal });
    });
    await expect(done).rejects.toThrow('Interrupted');
    expect(left(cloud)).toEqual([]);
    expect(cloud.lines.filter((line) => line.startsWith('warning'))).toEqual([]);
  });

  test('tells why it was interrupted, when whoever did it said so', async () => {
    const { done } = story({}, false, async (current) => {
      current.abort.abort(fault('unavailable', 'Azurite ended by itself.'));
      // What a call that was cut off says.
      throw fault('cancelled', 'Interrupted.');
    });
    await expect(done).rejects.toThrow('Azurite ended by itself.');
  });

  test('goes on past a removal that fails, and warns once', async () => {
    const refusing: Script = {
      failing: (call) =>
        /^(pools|jobs)\.delete/.test(call) ? fault('unavailable', 'The service is down.') : undefined,
    };
    const { cloud, done } = story(refusing, false, createAll);
    await done;
    expect(left(cloud)).toEqual(['job', 'pool']);
    expect(cloud.lines.filter((line) => line.startsWith('warning'))).toEqual([
      'warning: Could not delete job job, pool pool (The service is down.)',
    ]);
  });

  test('gives up on a removal that never ends', async () => {
    const { cloud, done } = story({}, false, async (current, cleanUp) => {
      cleanUp.register({
        name: 'stuck',
        remove: ({ signal }) =>
          new Promise((_, reject) => {
            signal?.addEventListener('abort', () => reject(fault('cancelled')));
          }),
      });
      await createAll(current, cleanUp);
    });
    await done;
    expect(left(cloud)).toEqual([]);
    expect(cloud.lines).toContain('warning: Could not delete stuck (no time left)');
  });

  test('deletes nothing when everything is to be kept, and names it', async () => {
    const { cloud, done } = story({}, true, createAll);
    await done;
    expect(left(cloud)).toEqual(['job', 'pool', 'input']);
    expect(cloud.lines).toContain('Kept container input, pool pool, job job');
  });
});
