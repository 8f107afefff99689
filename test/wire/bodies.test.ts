// Response bodies, byte for byte: member order, whitespace, digits of times, enum spelling, what is left out.
// The shapes are those of recordings (wire-facts 1.9 to 1.12, section 3).
import { describe, expect, test } from 'vitest';
import { success } from '../../core/kernel/index.ts';
import type { PoolResource } from '../../emulator/engine/index.ts';
import { activeTask, failedTask, job, neverRunTask, node, noNodes, pool } from './support/resources.ts';
import type { CannedAnswers } from './support/canned-engine.ts';
import { API_VERSION, NOW, send, startWireServer } from './support/wire-server.ts';

/** The body of a GET, with the server's address written `https://h`. */
async function bodyOf(path: string, answers: CannedAnswers): Promise<string> {
  const server = await startWireServer({ answers });
  const { status, body } = await send(server, { path });
  expect(status).toBe(200);
  return body.replaceAll(server.url, 'https://h');
}

/** Text with the line breaks that the service puts after an opening and before a closing bracket taken out. */
function compact(body: string): string {
  return body.replaceAll(/\r\n */g, '');
}

const gives = <T>(value: T) => ({ get: () => Promise.resolve(success(value)) });
const lists = <T>(...items: T[]) => ({ list: () => Promise.resolve(success({ items })) });

describe('a pool', () => {
  test('has the members, the order and the whitespace of a recording', async () => {
    expect(await bodyOf('/pools/xplatCreatedPool', { pools: gives(pool) })).toBe(
      '{\r\n  "odata.metadata":"https://h/$metadata#pools/@Element","id":"xplatCreatedPool",' +
        '"url":"https://h/pools/xplatCreatedPool","eTag":"0x8E2C4D7C28F968D","lastModified":"2030-01-01T00:00:00.1234573Z",' +
        '"creationTime":"2030-01-01T00:00:00.1234539Z","state":"active","stateTransitionTime":"2030-01-01T00:00:00.1234539Z",' +
        '"allocationState":"resizing","allocationStateTransitionTime":"2030-01-01T00:00:00.1234573Z","vmSize":"standard_d1_v2",' +
        '"resizeTimeout":"PT15M","currentDedicatedNodes":0,"targetDedicatedNodes":0,"currentLowPriorityNodes":0,' +
        '"targetLowPriorityNodes":3,"enableAutoScale":false,"enableInterNodeCommunication":false,"startTask":{\r\n    ' +
        '"commandLine":"cmd /c echo test","userIdentity":{\r\n      "autoUser":{\r\n        "scope":"task","elevationLevel":"admin"' +
        '\r\n      }\r\n    },"maxTaskRetryCount":0,"waitForSuccess":true\r\n  },"taskSlotsPerNode":1,"taskSchedulingPolicy":{\r\n    ' +
        '"nodeFillType":"Spread"\r\n  },"cloudServiceConfiguration":{\r\n    "osFamily":"4","osVersion":"*"\r\n  }\r\n}',
    );
  });

  test('never shows a secret that it was made with', async () => {
    const secretive: PoolResource = {
      ...pool,
      userAccounts: [
        { name: 'u', password: 's3cret', linuxUserConfiguration: { uid: 1, gid: 1, sshPrivateKey: 's3cret' } },
      ],
      mountConfiguration: [
        {
          azureBlobFileSystemConfiguration: {
            accountName: 'a',
            containerName: 'c',
            accountKey: 's3cret',
            sasKey: 's3cret',
          },
        },
        { cifsMountConfiguration: { username: 'u', source: 's', relativeMountPath: 'm', password: 's3cret' } },
        {
          azureFileShareConfiguration: {
            accountName: 'a',
            azureFileUrl: 'u',
            accountKey: 's3cret',
            relativeMountPath: 'm',
          },
        },
      ],
      virtualMachineConfiguration: {
        imageReference: { publisher: 'p' },
        nodeAgentSKUId: 'n',
        containerConfiguration: {
          type: 'dockerCompatible',
          containerRegistries: [{ username: 'u', password: 's3cret', registryServer: 'r' }],
        },
        extensions: [
          { name: 'e', publisher: 'p', type: 't', settings: { open: [1, {}] }, protectedSettings: { k: 's3cret' } },
        ],
      },
    };
    const body = await bodyOf('/pools/p', { pools: gives(secretive) });
    expect(body).not.toContain('s3cret');
    expect(JSON.parse(body)).toMatchObject({
      userAccounts: [{ name: 'u', linuxUserConfiguration: { uid: 1, gid: 1 } }],
      virtualMachineConfiguration: {
        containerConfiguration: { containerRegistries: [{ username: 'u', registryServer: 'r' }] },
        extensions: [{ name: 'e', settings: { open: [1, {}] } }],
      },
    });
  });

  test('shows collections that were set to empty as bare brackets with line breaks', async () => {
    const body = await bodyOf('/pools/p', { pools: gives({ ...pool, certificateReferences: [] }) });
    expect(body).toContain('"certificateReferences":[\r\n    \r\n  ]');
  });
});

describe('a job', () => {
  test('has the members and the order of a recording', async () => {
    expect(compact(await bodyOf('/jobs/cli-test-job-1', { jobs: gives(job) }))).toBe(
      '{"odata.metadata":"https://h/$metadata#jobs/@Element","id":"cli-test-job-1","url":"https://h/jobs/cli-test-job-1",' +
        '"eTag":"0x8E2C4D7C28F968D","lastModified":"2030-01-01T00:00:00.1234573Z","creationTime":"2030-01-01T00:00:00.0914573Z",' +
        '"state":"active","stateTransitionTime":"2030-01-01T00:00:00.1234573Z","priority":0,"maxParallelTasks":-1,' +
        '"usesTaskDependencies":false,"allowTaskPreemption":false,"constraints":{"maxWallClockTime":"P10675199DT2H48M5.4775807S",' +
        '"maxTaskRetryCount":5},"jobManagerTask":{"id":"JobManager","commandLine":"cmd /c set AZ_BATCH_TASK_ID",' +
        '"environmentSettings":[{"name":"CLI_TEST_VAR","value":"CLI_TEST_VAR_VALUE"}],"constraints":{' +
        '"maxWallClockTime":"P10675199DT2H48M5.4775807S","retentionTime":"P7D","maxTaskRetryCount":5},"requiredSlots":1,' +
        '"userIdentity":{"autoUser":{"scope":"pool","elevationLevel":"nonadmin"}},"runExclusive":true,"allowLowPriorityNode":true,' +
        '"killJobOnCompletion":true},"poolInfo":{"poolId":"xplatJobForTaskTests"},"metadata":[{"name":"test","value":"value"}],' +
        '"executionInfo":{"startTime":"2030-01-01T00:00:00.1234573Z","poolId":"xplatJobForTaskTests"},' +
        '"onAllTasksComplete":"noaction","onTaskFailure":"noaction"}',
    );
  });

  test('counts its tasks without paging or stamps', async () => {
    const counts = { active: 1, running: 0, completed: 0, succeeded: 0, failed: 0 };
    const answers = {
      jobs: { taskCounts: () => Promise.resolve(success({ taskCounts: counts, taskSlotCounts: counts })) },
    };
    expect(compact(await bodyOf('/jobs/j/taskcounts', answers))).toBe(
      '{"odata.metadata":"https://h/$metadata#taskcountsresult/@Element",' +
        '"taskCounts":{"active":1,"running":0,"completed":0,"succeeded":0,"failed":0},' +
        '"taskSlotCounts":{"active":1,"running":0,"completed":0,"succeeded":0,"failed":0}}',
    );
  });

  test('shows where its preparation and release tasks ran', async () => {
    const info = {
      startTime: NOW,
      state: 'completed',
      taskRootDirectory: 'workitems/j/job-1/jobpreparation',
      exitCode: 0,
    } as const;
    const status = {
      poolId: 'p',
      nodeId: 'n',
      jobPreparationTaskExecutionInfo: { ...info, retryCount: 0, result: 'success' },
    } as const;
    const answers = { jobs: { hookTaskStatus: () => Promise.resolve(success({ items: [status] })) } };
    expect(compact(await bodyOf('/jobs/j/jobpreparationandreleasetaskstatus', answers))).toBe(
      '{"odata.metadata":"https://h/$metadata#jobpreparationandreleasetaskstatuslist","value":[{"poolId":"p","nodeId":"n",' +
        '"nodeUrl":"https://h/pools/p/nodes/n","jobPreparationTaskExecutionInfo":{"startTime":"2030-01-01T00:00:00.123457Z",' +
        '"state":"completed","taskRootDirectory":"workitems/j/job-1/jobpreparation",' +
        '"taskRootDirectoryUrl":"https://h/pools/p/nodes/n/files/workitems/j/job-1/jobpreparation","exitCode":0,"retryCount":0,' +
        '"result":"success"}}]}',
    );
  });
});

describe('a task', () => {
  test('that never ran has the members and the order of a recording', async () => {
    expect(compact(await bodyOf('/jobs/xplatJobForTaskTests/tasks/aaa', { tasks: gives(activeTask) }))).toBe(
      '{"odata.metadata":"https://h/$metadata#tasks/@Element","id":"aaa","url":"https://h/jobs/xplatJobForTaskTests/tasks/aaa",' +
        '"eTag":"0x8E2C4D7C28F968D","creationTime":"2030-01-01T00:00:00.1234573Z","lastModified":"2030-01-01T00:00:00.1234573Z",' +
        '"state":"active","stateTransitionTime":"2030-01-01T00:00:00.1234573Z","commandLine":"ping 127.0.0.1 -n 30",' +
        '"userIdentity":{"autoUser":{"scope":"pool","elevationLevel":"nonadmin"}},"constraints":{' +
        '"maxWallClockTime":"P10675199DT2H48M5.4775807S","retentionTime":"P7D","maxTaskRetryCount":5},"requiredSlots":1,' +
        '"executionInfo":{"retryCount":0,"requeueCount":0}}',
    );
  });

  test('that failed spells its category as the service does, and gives times of the node six digits', async () => {
    const body = compact(await bodyOf('/jobs/j/tasks/t', { tasks: gives(failedTask) }));
    const nodeUrl = `https://h/pools/p/nodes/${node.id}`;
    expect(body.slice(body.indexOf('"executionInfo"'))).toBe(
      '"executionInfo":{"startTime":"2030-01-01T00:00:01.123457Z","endTime":"2030-01-01T00:00:01.623957Z","exitCode":1,' +
        '"failureInfo":{"category":"UserError","code":"FailureExitCode",' +
        '"message":"The task exited with an exit code representing a failure","details":[{"name":"Message",' +
        '"value":"The task exited with an exit code representing a failure"}]},"result":"failure","retryCount":0,"requeueCount":0},' +
        `"nodeInfo":{"affinityId":"TVM:${node.id}","nodeUrl":"${nodeUrl}","poolId":"p","nodeId":"${node.id}",` +
        `"taskRootDirectory":"workitems/j/job-1/t","taskRootDirectoryUrl":"${nodeUrl}/files/workitems/j/job-1/t"}}`,
    );
  });

  test('that was ended before it ran has an empty nodeInfo', async () => {
    expect(await bodyOf('/jobs/j/tasks/aaa', { tasks: gives(neverRunTask) })).toContain(
      '"nodeInfo":{\r\n    \r\n  }\r\n}',
    );
  });

  test('spells the condition of its output files in capitals', async () => {
    const outputFiles = [
      {
        filePattern: '**/*.txt',
        destination: { container: { containerUrl: 'http://c' } },
        uploadOptions: { uploadCondition: 'taskcompletion' },
      },
    ] as const;
    const body = await bodyOf('/jobs/j/tasks/aaa', { tasks: gives({ ...activeTask, outputFiles }) });
    expect(body).toContain('"uploadCondition":"TaskCompletion"');
  });
});

describe('a node', () => {
  test('has the members and the order of a recording', async () => {
    expect(compact(await bodyOf(`/pools/p/nodes/${node.id}`, { nodes: gives(node) }))).toBe(
      `{"odata.metadata":"https://h/$metadata#nodes/@Element","id":"${node.id}","url":"https://h/pools/p/nodes/${node.id}",` +
        '"state":"idle","schedulingState":"enabled","stateTransitionTime":"2030-01-01T00:00:00.1234573Z",' +
        '"lastBootTime":"2030-01-01T00:00:00.123457Z","allocationTime":"2030-01-01T00:00:00.1234573Z","ipAddress":"10.0.0.4",' +
        `"affinityId":"TVM:${node.id}","vmSize":"standard_d1_v2","totalTasksRun":0,"totalTasksSucceeded":0,"runningTasksCount":0,` +
        '"runningTaskSlotsCount":0,"recentTasks":[{"taskUrl":"https://h/jobs/j/tasks/t","jobId":"j","taskId":"t",' +
        '"taskState":"completed","executionInfo":{"startTime":"2030-01-01T00:00:00.123457Z","endTime":"2030-01-01T00:00:00.123457Z",' +
        '"exitCode":0,"result":"success","retryCount":0,"requeueCount":0}}],"certificateReferences":[],"isDedicated":true,' +
        '"nodeAgentInfo":{"lastUpdateTime":"2030-01-01T00:00:00.123457Z","version":"1.10.0"},"virtualMachineInfo":{' +
        '"imageReference":{"publisher":"Canonical","offer":"UbuntuServer","sku":"18.04-LTS","version":"latest"}}}',
    );
  });

  test('is counted by state, in the order of a recording (batch-semantics 3.8)', async () => {
    const counts = { poolId: 'p', dedicated: { ...noNodes, idle: 2, total: 2 }, lowPriority: noNodes };
    const answers = { pools: { nodeCounts: () => Promise.resolve(success({ items: [counts] })) } };
    const zeros =
      '"creating":0,"idle":0,"leavingPool":0,"offline":0,"preempted":0,"rebooting":0,"reimaging":0,"running":0,"starting":0,' +
      '"startTaskFailed":0,"unusable":0,"unknown":0,"waitingForStartTask":0,"total":0';
    expect(compact(await bodyOf('/nodecounts', answers))).toBe(
      '{"odata.metadata":"https://h/$metadata#poolnodecounts","value":[{"poolId":"p","dedicated":{' +
        `${zeros.replace('"idle":0', '"idle":2').replace('"total":0', '"total":2')}},"lowPriority":{${zeros}}}]}`,
    );
  });
});

describe('the list of node counts', () => {
  test('has ten pools a page unless fewer are asked for (batch-semantics 3.8)', async () => {
    const asked: number[] = [];
    const nodeCounts = ({ limit }: { readonly limit: number }) => {
      asked.push(limit);
      return Promise.resolve(success({ items: [] }));
    };
    await bodyOf('/nodecounts', { pools: { nodeCounts } });
    await bodyOf(`/nodecounts?maxresults=4&api-version=${API_VERSION}`, { pools: { nodeCounts } });
    expect(asked).toEqual([10, 4]);
  });
});

describe('a list', () => {
  test('that is empty keeps the line breaks between its brackets', async () => {
    expect(await bodyOf('/pools', { pools: lists() })).toBe(
      '{\r\n  "odata.metadata":"https://h/$metadata#pools","value":[\r\n    \r\n  ]\r\n}',
    );
  });

  test('joins its items without blanks', async () => {
    const image = {
      imageReference: { publisher: 'canonical', offer: 'ubuntu', sku: '22_04', version: 'latest' },
      verificationType: 'verified',
      nodeAgentSKUId: 'batch.node.ubuntu 22.04',
      capabilities: ['DockerCompatible', 'IntelMPIRuntimeInstalled'],
      osType: 'linux',
    } as const;
    const answers = { catalog: { supportedImages: () => Promise.resolve(success([image, image])) } };
    const item =
      '{\r\n      "imageReference":{\r\n        "publisher":"canonical","offer":"ubuntu","sku":"22_04","version":"latest"\r\n      },' +
      '"verificationType":"verified","nodeAgentSKUId":"batch.node.ubuntu 22.04","capabilities":[\r\n        ' +
      '"DockerCompatible","IntelMPIRuntimeInstalled"\r\n      ],"osType":"linux"\r\n    }';
    expect(await bodyOf('/supportedimages', answers)).toBe(
      `{\r\n  "odata.metadata":"https://h/$metadata#supportedimages","value":[\r\n    ${item},${item}\r\n  ]\r\n}`,
    );
  });
});

describe('lifetime statistics', () => {
  test('of jobs write counters as strings and sizes as doubles', async () => {
    expect(compact(await bodyOf('/lifetimejobstats', {}))).toBe(
      '{"odata.metadata":"https://h/$metadata#jobstats/@Element","url":"https://h/lifetimejobstats",' +
        '"startTime":"2030-01-01T00:00:00.1234573Z","lastUpdateTime":"2030-01-01T00:00:00.1234573Z","userCPUTime":"PT0S",' +
        '"kernelCPUTime":"PT0S","wallClockTime":"PT0S","readIOps":"0","writeIOps":"0","readIOGiB":0.0,"writeIOGiB":0.0,' +
        '"numTaskRetries":"0","numSucceededTasks":"0","numFailedTasks":"0","waitTime":"PT0S"}',
    );
  });

  test('of pools follow the order of a recording', async () => {
    const body = JSON.parse(await bodyOf('/lifetimepoolstats', {})) as Record<string, object>;
    expect(Object.keys(body)).toEqual(['odata.metadata', 'url', 'usageStats', 'resourceStats']);
    expect(Object.keys(body['resourceStats'] ?? {})).toEqual([
      'startTime',
      'diskReadIOps',
      'diskWriteIOps',
      'lastUpdateTime',
      'avgCPUPercentage',
      'avgMemoryGiB',
      'peakMemoryGiB',
      'avgDiskGiB',
      'peakDiskGiB',
      'diskReadGiB',
      'diskWriteGiB',
      'networkReadGiB',
      'networkWriteGiB',
    ]);
  });
});

describe('$select', () => {
  test('leaves only the members that it names, and the metadata as it is', async () => {
    expect(
      await bodyOf('/pools/p?$select=id, state&$expand=stats&api-version=2022-10-01.16.0'.replace(' ', '%20'), {
        pools: gives(pool),
      }),
    ).toBe(
      '{\r\n  "odata.metadata":"https://h/$metadata#pools/@Element","id":"xplatCreatedPool","state":"active"\r\n}',
    );
  });
});
