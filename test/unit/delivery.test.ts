// What surrounds the package and nothing else runs here: the workflow, the image and the compose file say nothing that the
// repository does not know.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { startCommand } from '../../adapters/cli/start-command.ts';

const root = join(import.meta.dirname, '../..');
const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const workflow = read('.github/workflows/ci.yml');
const dockerfile = read('Dockerfile');
const manifest = JSON.parse(read('package.json')) as {
  readonly scripts: Readonly<Record<string, string>>;
  readonly files: readonly string[];
  readonly dependencies: Readonly<Record<string, string>>;
};

function all(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map(([, found = '']) => found);
}

describe('the workflow', () => {
  test('takes nobody else’s actions', () => {
    expect([...new Set(all(workflow, /uses: (\S+)@/g))].toSorted()).toEqual(['actions/checkout', 'actions/setup-node']);
  });

  test('runs scripts and files that there are', () => {
    for (const script of all(workflow, /npm run (\w+)/g)) expect(Object.keys(manifest.scripts)).toContain(script);
    const files = all(workflow, /((?:test|adapters)\/[\w./-]+\.ts)/g);
    expect(files.length).toBeGreaterThan(2);
    for (const file of files) expect(existsSync(join(root, file)), file).toBe(true);
    for (const project of all(workflow, /--project (\w+)/g)) expect(existsSync(join(root, 'test', project))).toBe(true);
  });

  test('spends money only when somebody asks for it, and always cleans up', () => {
    const paid = workflow.slice(workflow.indexOf('  azure:\n    name'));
    expect(paid).toContain("if: github.event_name == 'workflow_dispatch' && inputs.azure");
    expect(paid).toMatch(/if: always\(\)\n.*\n +run: node test\/support\/azure-budget\/main\.ts clean\n/);
    expect(workflow.slice(0, workflow.indexOf(paid))).not.toContain('secrets.');
  });
});

describe('the image', () => {
  test('starts the packed command, not as root', () => {
    const [entry = ''] = all(dockerfile, /^ENTRYPOINT \["node", ".*node_modules\/batchrite\/(.*)"\]$/gm);
    expect(manifest.files).toContain(entry);
    expect(dockerfile.indexOf('USER batchrite')).toBeGreaterThan(dockerfile.indexOf('RUN npm install'));
  });

  test('starts it with options that it has', () => {
    const [list = '[]'] = all(dockerfile, /^CMD (\[.*\])$/gm);
    const [name, ...options] = JSON.parse(list) as readonly string[];
    const command = startCommand().exitOverride();
    expect(name).toBe(command.name());
    expect(command.parseOptions([...options])).toEqual({ operands: [], unknown: [] });
    expect(command.opts()).toMatchObject({ host: '0.0.0.0', port: 10_100, runtime: 'process', storage: false });
  });

  test('is published by the compose file on the loopback address alone', () => {
    const compose = read('compose.yaml');
    const ports = all(compose, /- '([\d.:]+)'/g);
    expect(ports).toEqual(['127.0.0.1:10100:10100', '127.0.0.1:10000:10000']);
    const [azurite = ''] = all(compose, /node_modules\/(azurite\/\S+)'/g);
    expect(existsSync(join(root, 'node_modules', azurite)), azurite).toBe(true);
    expect(Object.keys(manifest.dependencies)).toContain('azurite');
  });

  test('has the Azurite of the compose file as its linked storage', () => {
    expect(all(read('compose.yaml'), /BATCHRITE_LINKED_STORAGE: (.*)/g)).toEqual(['UseDevelopmentStorage=true']);
  });
});
