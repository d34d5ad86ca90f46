/** The kernel designs that are measured, at a size that takes a while: by what they are called. */

export interface KernelRun {
  readonly design: string;
  readonly scenario: string;
  readonly bounds: { readonly pages?: number; readonly blocks?: number };
}

const failing = (design: string): KernelRun => ({
  design,
  scenario: 'everything-fails-once',
  bounds: { pages: 4 },
});

export const KERNEL_RUNS: Readonly<Record<string, KernelRun>> = {
  PAAT: failing('page-at-a-time/delalloc'),
  RFC: failing('multipage-rfc/unlocked,unwritten,allocates'),
  RF: failing('recvfile/delalloc'),
};
