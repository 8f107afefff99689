/**
 * The program of the child process: Azurite's blob service, as its own command line starts it, minus what this use never
 * needs. It ends when its standard input ends, so it cannot outlive whoever started it.
 */
import { createRequire, registerHooks } from 'node:module';

/**
 * Modules that Azurite loads at start and that stay idle here: the telemetry SDK (switched off, yet 600 of the 1,000 ms
 * of a start, measured with Node 24) and the SQL back end (70 ms, used only with AZURITE_DB). A compile cache would
 * save 40 ms more and leave a folder of 3 MB behind: not worth it.
 */
const idleModules = new Set(['applicationinsights', './SqlBlobServer', './SqlBlobConfiguration']);
const emptyModule = 'batchrite-empty:';

registerHooks({
  resolve: (specifier, context, next) =>
    idleModules.has(specifier)
      ? { url: `${emptyModule}${specifier}`, format: 'commonjs', shortCircuit: true }
      : next(specifier, context),
  load: (url, context, next) =>
    url.startsWith(emptyModule)
      ? { format: 'commonjs', source: 'module.exports = {};', shortCircuit: true }
      : next(url, context),
});

// Azurite's own handler of the signal writes its databases and closes; before it is installed the signal ends the process.
process.stdin.once('end', () => process.kill(process.pid, 'SIGTERM'));
process.stdin.resume();

const require = createRequire(import.meta.url);
require('azurite/dist/src/blob/main.js');
