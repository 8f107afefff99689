// `npm run check`: every gate, cheapest first, stopping at the first that fails. A gate that passes takes one line, a gate
// that fails shows what it said and how to run it alone.
import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';

interface Gate {
  readonly name: string;
  /** The npm arguments that run it alone. */
  readonly command: readonly string[];
}

const gates: readonly Gate[] = [
  { name: 'format', command: ['run', 'format', '--', '--check'] },
  { name: 'types', command: ['run', 'types'] },
  { name: 'lint', command: ['run', 'lint'] },
  { name: 'layers', command: ['run', 'layers'] },
  { name: 'unused', command: ['run', 'unused'] },
  { name: 'fast suites', command: ['test', '--', '--project', 'unit', '--project', 'simulation'] },
];

for (const gate of gates) {
  const startedMs = performance.now();
  const { isPassed, output } = await run(gate.command);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  if (!isPassed) {
    console.log(`${output.trimEnd()}\n\n${gate.name} failed. Alone: npm ${gate.command.join(' ')}`);
    process.exitCode = 1;
    break;
  }
  const counts = /^\d+ passed, .*$/m.exec(output)?.[0] ?? '';
  console.log(`${gate.name.padEnd(12)} ok ${seconds.padStart(6)} s  ${counts}`.trimEnd());
}

async function run(command: readonly string[]): Promise<{ isPassed: boolean; output: string }> {
  const child = spawn('npm', ['--silent', ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
  const ended = new Promise<boolean>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve(code === 0));
  });
  const [isPassed, out, errors] = await Promise.all([ended, text(child.stdout), text(child.stderr)]);
  return { isPassed, output: out + errors };
}
