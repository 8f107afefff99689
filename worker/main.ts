/**
 * The program that runs inside a task: counts the words of a file, writes the most frequent ones to an output file in
 * the working directory and uploads that with a SAS alone. It is bundled to one file and imports only `node:*`.
 */
import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { parseArguments, usage } from './arguments.ts';
import { countWords } from './count-words.ts';
import { ExitCode, WorkerError } from './exit.ts';
import { blobName, outputName, outputText } from './output.ts';
import { blobUrl, uploadFile } from './upload.ts';

async function main(): Promise<void> {
  const options = parseArguments(process.argv.slice(2));
  if (options === 'help') {
    console.log(usage);
    return;
  }
  const counts = await countWords(options.filepath, { ignoreCase: options.ignoreCase });
  const name = outputName(basename(options.filepath));
  await writeFile(name, outputText(counts, options.numWords, process.env)).catch((error: Error) => {
    throw new WorkerError(ExitCode.local, `Cannot write ${name} in ${process.cwd()}: ${error.message}`);
  });
  await uploadFile(name, blobUrl({ ...options, blob: blobName(name) }));
  console.log(`Counted ${counts.size} distinct words of ${options.filepath}; uploaded ${name}`);
}

try {
  await main();
} catch (error) {
  const isExpected = error instanceof WorkerError;
  console.error(isExpected ? `word count: ${error.message}` : error);
  process.exitCode = isExpected ? error.exitCode : ExitCode.bug;
}
