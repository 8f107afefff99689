/** Lifetime statistics. The emulator measures none, so all counts are zero, as on an account that was just made (wire-facts 3.1, 3.3). */
import type { Instant } from '../../../core/kernel/index.ts';

export function zeroPoolStatistics(since: Instant, url: string): object {
  return {
    url,
    usageStats: { startTime: since, lastUpdateTime: since, dedicatedCoreTime: 0 },
    resourceStats: {
      startTime: since,
      lastUpdateTime: since,
      avgCPUPercentage: 0,
      avgMemoryGiB: 0,
      peakMemoryGiB: 0,
      avgDiskGiB: 0,
      peakDiskGiB: 0,
      diskReadIOps: 0,
      diskWriteIOps: 0,
      diskReadGiB: 0,
      diskWriteGiB: 0,
      networkReadGiB: 0,
      networkWriteGiB: 0,
    },
  };
}

export function zeroJobStatistics(since: Instant, url: string): object {
  return {
    url,
    startTime: since,
    lastUpdateTime: since,
    userCPUTime: 0,
    kernelCPUTime: 0,
    wallClockTime: 0,
    readIOps: 0,
    writeIOps: 0,
    readIOGiB: 0,
    writeIOGiB: 0,
    numTaskRetries: 0,
    numSucceededTasks: 0,
    numFailedTasks: 0,
    waitTime: 0,
  };
}
