// Output files on a cloud in memory: what the story asks of the nodes, and what it makes of files that are missing or too many.
import { describe, expect, test } from 'vitest';
import { left, putText, succeeded, tell } from '../../support/stories.ts';

const container = 'output-files-results-r1';

describe('output-files', () => {
  test('asks for uploads by pattern and condition, with a URL that lets nodes write and no more', async () => {
    const { cloud, done } = tell('output-files', {}, { keep: true });
    await done;
    const specs = cloud.tasks.get('output-files-job-r1')?.map(({ spec }) => spec) ?? [];
    const uploads = specs.flatMap(({ outputFiles = [] }) => outputFiles);
    expect(uploads.map(({ filePattern, uploadCondition }) => [filePattern, uploadCondition])).toEqual([
      ['*.txt', 'taskSuccess'],
      ['**/*.csv', 'taskSuccess'],
      ['report.txt', 'taskFailure'],
      ['../std*.txt', 'taskCompletion'],
      ['*.txt', 'taskSuccess'],
      ['partial.txt', 'taskFailure'],
      ['../std*.txt', 'taskCompletion'],
    ]);
    for (const { containerUrl } of uploads) expect(containerUrl).toContain('sp=createwrite');
    expect(cloud.lines).toContain('Uploaded report.txt.');
  });

  test('says which file was not uploaded, and which one had not to be', async () => {
    const { cloud, done } = tell('output-files');
    cloud.containers.get(container)?.delete('fails/saved.txt');
    putText(cloud, container, 'succeeds/wrong.txt', 'x');
    await expect(done).rejects.toMatchObject({
      fault: {
        message: 'The nodes did not upload what they had to.',
        details: [
          { key: 'fails/saved.txt', value: 'was not uploaded' },
          { key: 'succeeds/wrong.txt', value: 'was uploaded, and had not to be' },
        ],
      },
    });
    expect(left(cloud)).toEqual([]);
  });

  test('tells an upload that was refused as a failure of its task', async () => {
    const failure = { code: 'FileUploadAccessDenied', message: 'denied', details: [] };
    const { done } = tell('output-files', {
      task: ({ id }) =>
        id === 'fails'
          ? { ...succeeded, result: 'failure', exitCode: 3, failure }
          : { ...succeeded, result: 'success', exitCode: 0 },
      nodeFiles: { 'stderr.txt': 'the rest is missing' },
    });
    await expect(done).rejects.toMatchObject({
      fault: { code: 'failed', message: '1 of 2 tasks of job output-files-job-r1 failed.' },
    });
  });
});
