/** The file that a design of one's own begins as: the example, written for the package's users. */

const HEAD = (name: string): string => `/**
 * A write path as small as it can be: one page at a time. Each row is one command to the kernel,
 * under one lock, and returns the label of the row that follows; \`done\` ends the call.
 *
 *     npx writepath check ./${name}.ts                  every scenario
 *     npx writepath check ./${name}.ts --watch          again whenever this is saved
 *     npx writepath check ./${name}.ts --scenario S --save trace.json
 *
 * As it stands it breaks promises: what a failed write leaves beyond EOF is not trimmed.
 * What else this file exports is asked, too: scenarios and promises of your own. The README of the
 * package has all commands of the kernel.
 */
import { FSDATA, design, xfs } from 'writepath';
`;

/** \`example\`: the text of model/designs/example.ts. */
export function newDesign(name: string, example: string): string {
  const body = example.slice(example.indexOf('\nexport const example'));
  const variable = name.replace(/[-.](\w)/g, (_, letter: string) => letter.toUpperCase());
  return (
    HEAD(name) +
    body
      .replace('export const example', `export const ${variable}`)
      .replace("name: 'example'", `name: '${name}'`)
      .replace("source: 'README.md'", `source: '${name}.ts'`)
  );
}
