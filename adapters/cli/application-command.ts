/** `batchrite application`: adds, lists, changes and removes application packages, which on Azure is the management plane's work. */
import { Command, Option } from 'commander';
import { addEmulatorOptions } from './emulator-options.ts';
import type { AddOptions, ApplicationOptions, SetOptions } from './application.ts';

export function applicationCommand(): Command {
  const application = new Command('application')
    .description('add, list, change or remove application packages of a running emulator')
    .addHelpText(
      'after',
      '\nOn Azure the same is done with az batch application package create, or in the portal.\n\nExamples:\n  $ batchrite application add ffmpeg 4.1 ffmpeg.zip --default\n  $ batchrite application list\n  $ batchrite application remove ffmpeg 4.1',
    );
  application.addCommand(
    withAccess(
      new Command('add')
        .description('add a package, or replace it under its version')
        .argument('<ID>', 'the id of the application, which may be new')
        .argument('<VERSION>', 'the version of the package')
        .argument('<FILE>', 'the zip that nodes unpack')
        .option('--default', 'what references without a version mean from now on')
        .option('--display-name <TEXT>', 'what the application is called'),
    ).action(async (id: string, version: string, file: string, options: AddOptions) => {
      // Loaded only now: help and mistakes need none of it.
      const { addPackage } = await import('./application.ts');
      process.exitCode = await addPackage({ id, version, file }, options);
    }),
  );
  application.addCommand(
    withAccess(new Command('list').description('list applications with their packages')).action(
      async (options: ApplicationOptions) => {
        const { listApplications } = await import('./application.ts');
        process.exitCode = await listApplications(options);
      },
    ),
  );
  application.addCommand(
    withAccess(
      new Command('set')
        .description('change what is said of an application')
        .argument('<ID>', 'the id of the application')
        .addOption(
          new Option('--default-version <VERSION>', 'what references without a version mean; "" for nothing at all'),
        )
        .addOption(new Option('--display-name <TEXT>', 'what the application is called; "" for nothing'))
        .addOption(
          new Option('--allow-updates <ANSWER>', 'whether a package may be replaced under its version').choices([
            'true',
            'false',
          ]),
        ),
    ).action(async (id: string, options: SetOptions) => {
      const { setApplication } = await import('./application.ts');
      process.exitCode = await setApplication(id, options);
    }),
  );
  application.addCommand(
    withAccess(
      new Command('remove')
        .description('remove one version, or the application with all of them')
        .argument('<ID>', 'the id of the application')
        .argument('[VERSION]', 'the version of the package; without it all go'),
    ).action(async (id: string, version: string | undefined, options: ApplicationOptions) => {
      const { removeApplication } = await import('./application.ts');
      process.exitCode = await removeApplication(id, version, options);
    }),
  );
  return application;
}

function withAccess(command: Command): Command {
  return addEmulatorOptions(command).option('--json', 'print one JSON line instead of text');
}
