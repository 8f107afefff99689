// `az batch` of Debian's Azure CLI, unmodified. A call takes about a second, nearly all of it to start, so the parts run
// side by side; within a part one test follows the other.
import { describe } from 'vitest';
import { describeNeeding } from '../../support/suite.ts';
import { useClientCloud } from '../support/client-cloud.ts';
import type { Az } from './az-command.ts';
import { CALLS_TIMEOUT_MS, azCommand } from './az-command.ts';
import { describeJobSchedules } from './parts/job-schedules.ts';
import { describeJobs } from './parts/jobs.ts';
import { describeNodes } from './parts/nodes.ts';
import { describePools } from './parts/pools.ts';

const parts = {
  pool: describePools,
  node: describeNodes,
  'job and task': describeJobs,
  'job-schedule': describeJobSchedules,
};

await describeNeeding(['az'], 'az batch', ({ az: path }) => {
  const cloud = useClientCloud();
  const az: Az = azCommand(path, cloud);
  for (const [name, describePart] of Object.entries(parts)) {
    describe.concurrent(name, () => {
      describe('one by one', { concurrent: false, timeout: CALLS_TIMEOUT_MS }, () => describePart(az, cloud));
    });
  }
});
