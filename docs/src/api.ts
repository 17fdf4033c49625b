import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Extractor, ExtractorConfig, ExtractorLogLevel } from '@microsoft/api-extractor';
import type { Package } from './packages.js';
import { ROOT } from './pages.js';

/** As the packages themselves are compiled. */
const compilerOptions = {
  target: 'es2023',
  lib: ['es2024'],
  module: 'nodenext',
  moduleResolution: 'nodenext',
  strict: true,
  skipLibCheck: true,
  types: ['node'],
};

/** The declarations of one entry point and of what they name, sorted, without comments. Throws an Error where it is not built. */
function declarationsOf(folder: string, types: string): string {
  const mainEntryPointFilePath = join(folder, types);
  if (!existsSync(mainEntryPointFilePath)) throw new Error(`${mainEntryPointFilePath} is not there: npm run build`);
  const reportFolder = mkdtempSync(join(tmpdir(), 'securitybot-api-'));
  const silent = { default: { logLevel: ExtractorLogLevel.None } };
  try {
    const config = ExtractorConfig.prepare({
      configObjectFullPath: undefined,
      packageJsonFullPath: join(folder, 'package.json'),
      configObject: {
        projectFolder: folder,
        mainEntryPointFilePath,
        newlineKind: 'lf',
        compiler: { overrideTsconfig: { compilerOptions } },
        apiReport: {
          enabled: true,
          reportFolder,
          reportTempFolder: reportFolder,
          reportFileName: 'report',
          includeForgottenExports: true,
        },
        docModel: { enabled: false },
        dtsRollup: { enabled: false },
        tsdocMetadata: { enabled: false },
        messages: {
          compilerMessageReporting: { default: { logLevel: ExtractorLogLevel.Error } },
          extractorMessageReporting: silent,
          tsdocMessageReporting: silent,
        },
      },
    });
    const problems: string[] = [];
    Extractor.invoke(config, {
      localBuild: true,
      messageCallback(message) {
        message.handled = true;
        if (message.logLevel === ExtractorLogLevel.Error) problems.push(message.text);
      },
    });
    if (problems.length > 0) throw new Error(`${mainEntryPointFilePath}: ${problems.join('\n')}`);
    const [, code = ''] = readFileSync(join(reportFolder, 'report.api.md'), 'utf8').split(/^```.*\n/m);
    if (code === '') throw new Error(`${mainEntryPointFilePath} exports nothing, or the report has another form now.`);
    // What it remarks on comments and tags is not of the surface.
    return code.replace(/^ *\/\/ (@public|\(undocumented\)|\(No @packageDocumentation).*\n/gm, '').trim();
  } finally {
    rmSync(reportFolder, { recursive: true });
  }
}

/** The public surface of a package of the repository, as a page: every entry point, from the declarations that are built. */
export function apiReport({ path, manifest: { name, exports = {} } }: Package): string {
  const entries = Object.entries(exports).flatMap(([entry, target]) =>
    typeof target === 'string' ? [] : [{ from: name + entry.slice(1), types: target.types }],
  );
  const parts = entries.map(
    ({ from, types }) => `## ${from}\n\n\`\`\`ts\n${declarationsOf(join(ROOT, path), types)}\n\`\`\`\n`,
  );
  const head = `# ${name}\n\nWritten by \`UPDATE_DOCS=1 npx vitest run src/api.test.ts\` in \`docs\`, from what is built. What changes here, changes for users.\n`;
  return [head, ...parts].join('\n');
}
