/** What of the engine matters to nodes, asked once. */
import type Docker from 'dockerode';

export interface EngineFacts {
  readonly version: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Folders of the host are closed to confined containers there, unless their labels are changed. */
  readonly hasSelinux: boolean;
}

/** Rejects with the engine's error. */
export async function engineFacts(docker: Docker): Promise<EngineFacts> {
  const info = (await docker.info()) as {
    readonly ServerVersion?: string;
    readonly NCPU?: number;
    readonly MemTotal?: number;
    readonly SecurityOptions?: readonly string[] | null;
  };
  return {
    version: info.ServerVersion ?? 'unknown',
    cores: info.NCPU ?? 1,
    memoryBytes: info.MemTotal ?? Number.MAX_SAFE_INTEGER,
    hasSelinux: (info.SecurityOptions ?? []).some((option) => option.includes('selinux')),
  };
}
