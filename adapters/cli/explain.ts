/** What `batchrite explain` does: it asks the emulator, and tells the answer. */
import { FaultError } from '../../core/index.ts';
import type { Explanation } from '../../emulator/engine/index.ts';
import { describeFault } from '../terminal/index.ts';
import { type ControlAccess, askEmulator } from './control-client.ts';
import type { GivenEmulator } from './emulator-options.ts';
import { ExitCode } from './exit-code.ts';
import { faultOf } from './fault-of.ts';

export interface ExplainOptions extends GivenEmulator {
  readonly json?: boolean;
}

/** `path` is that of the explanation, below `explain/`. Returns the exit code. */
export async function explainSubject(path: string, options: ExplainOptions): Promise<number> {
  try {
    const access: ControlAccess = { ...options, environment: process.env };
    const explanation = parse(await askEmulator(access, `explain/${path}`));
    process.stdout.write(options.json === true ? `${JSON.stringify(explanation)}\n` : textOf(explanation));
    return ExitCode.success;
  } catch (error) {
    process.stderr.write(describeFault(faultOf(error)));
    return ExitCode.failure;
  }
}

function parse(answer: unknown): Explanation {
  const { subject: about, state, reasons } = (answer ?? {}) as Partial<Explanation>;
  if (typeof about === 'string' && typeof state === 'string' && Array.isArray(reasons)) return answer as Explanation;
  throw new FaultError({
    code: 'failed',
    message: 'The answer is no explanation; this command and the emulator are of different versions.',
  });
}

function textOf({ subject: about, state, reasons }: Explanation): string {
  const lines = [`${about} is ${state}`, ''];
  for (const [index, { text, remedy }] of reasons.entries()) {
    lines.push(`  ${index + 1}. ${text}`);
    if (remedy !== undefined) lines.push(`     → ${remedy}`);
  }
  return `${lines.join('\n')}\n`;
}
