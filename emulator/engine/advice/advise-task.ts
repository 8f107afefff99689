/**
 * Advice on a task at the moment of its addition: what Azure accepts silently and never runs, or what surely
 * disappoints (batch-semantics 2.2, 7, 9.1, 9.2, 10.3, 13 items 12, 16, 18, 28, 32).
 */
import type { Instant } from '../../../core/kernel/index.ts';
import { packageOf } from '../domain/application.ts';
import type { Job } from '../domain/job.ts';
import { applicationKey, taskKey } from '../domain/keys.ts';
import type { Task } from '../domain/task.ts';
import type { World } from '../domain/world.ts';
import { demandOf } from '../explain/capacity.ts';
import { impossible } from '../explain/impossible.ts';
import { at } from '../explain/words.ts';
import type { Advice, AdviceCode } from '../resources/advice.ts';
import { findingsIn } from './command-line.ts';
import { expiryOf, urlsOf, withoutQuery } from './urls.ts';

type Said = Pick<Advice, 'code' | 'text' | 'remedy'>;

export function adviseTask(world: World, job: Job, task: Task, now: Instant): readonly Advice[] {
  const said = [
    ...onPool(world, job, task),
    ...onDependencies(world, job, task),
    ...onCommands(task),
    ...onDestinations(task),
    ...onSignatures(task, now),
    ...onPackages(world, task),
  ];
  const who = `Task "${task.id}" of job "${job.id}"`;
  return said.map(({ code, text, remedy }) => ({
    code,
    jobId: job.id,
    taskId: task.id,
    text: `${who}: ${text}`,
    remedy,
  }));
}

function onPool(world: World, job: Job, task: Task): readonly Said[] {
  const pool = world.pools.get(job.pool);
  if (pool === undefined) {
    return [
      {
        code: 'poolMissing',
        text: `pool "${job.poolId}" does not exist, so the task waits.`,
        remedy: `Make a pool with the id "${job.poolId}".`,
      },
    ];
  }
  return impossible(world, demandOf(job, task, pool)).flatMap((why): readonly Said[] =>
    // A formula may still ask for more nodes.
    why.code === 'tooFewNodes' && pool.spec.enableAutoScale
      ? []
      : [{ code: why.code, text: `it is accepted, but waits. ${why.text}`, remedy: why.remedy }],
  );
}

function onDependencies(world: World, job: Job, task: Task): readonly Said[] {
  const ids = task.spec.dependsOn?.taskIds ?? [];
  const said: Said[] = [];
  if (ids.some((id) => taskKey(job.key, id) === task.key)) {
    said.push({
      code: 'dependsOnItself',
      text: 'it depends on itself, so it waits for ever.',
      remedy: 'Delete it and add it again without its own id in dependsOn.',
    });
  }
  // While tasks are still being added a parent may come later; with terminatejob nobody expects more of them.
  const isFinal = job.spec.onAllTasksComplete === 'terminatejob';
  const unknown = isFinal ? ids.find((id) => !world.tasks.has(taskKey(job.key, id))) : undefined;
  if (unknown !== undefined) {
    said.push({
      code: 'dependsOnNothing',
      text: `it depends on task "${unknown}", which does not exist, so neither the task nor the job (terminatejob) ends.`,
      remedy: `Add task "${unknown}", too.`,
    });
  }
  return said;
}

function onCommands(task: Task): readonly Said[] {
  const coordination = task.spec.multiInstanceSettings?.coordinationCommandLine;
  const lines: readonly (readonly [string, string])[] = [
    ['command line', task.spec.commandLine],
    ...(coordination === undefined ? [] : ([['coordination command line', coordination]] as const)),
  ];
  return lines.flatMap(([name, line]) =>
    findingsIn(line).map(({ code, text, remedy }) => ({ code, text: `its ${name} ${text}.`, remedy })),
  );
}

function onDestinations(task: Task): readonly Said[] {
  const paths = (task.spec.outputFiles ?? []).flatMap(({ destination }) => destination.container?.path ?? []);
  const path = paths.find((each) => /[$%]/.test(each));
  if (path === undefined) return [];
  return [
    {
      code: 'variableInDestination',
      text: `the path "${path}" of an output file has "$" or "%", and no variable is expanded there: the blob gets that name.`,
      remedy: 'Write the value itself into the path.',
    },
  ];
}

function onSignatures(task: Task, now: Instant): readonly Said[] {
  for (const { member, url } of urlsOf(task.spec)) {
    const expiry = expiryOf(url);
    if (expiry === undefined || expiry > now) continue;
    const code: AdviceCode = 'expiredSas';
    const what = `the SAS of its ${member} ${withoutQuery(url)} expired at ${at(expiry)}, so the task will fail.`;
    return [{ code, text: what, remedy: 'Sign the URL again, for longer than the task may wait in the queue.' }];
  }
  return [];
}

/** The service looks for the packages of a task when the task runs, and fails it then (batch-semantics 9.2). */
function onPackages(world: World, task: Task): readonly Said[] {
  return (task.spec.applicationPackageReferences ?? []).flatMap((reference): readonly Said[] => {
    const { applicationId: id, version } = reference;
    const found = packageOf(world.applications.get(applicationKey(id)), reference);
    if (!('problem' in found)) return [];
    const what = version === undefined ? `application "${id}"` : `version "${version}" of application "${id}"`;
    return [
      {
        code: 'packageMissing',
        text: `it refers to ${what}, and will fail when it runs, as things are. ${found.problem}`,
        remedy: `Add the package: batchrite application add ${id} ${version ?? 'VERSION'} FILE.zip${version === undefined ? ' --default' : ''}`,
      },
    ];
  });
}
