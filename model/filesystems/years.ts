/** What was wrong with every filesystem of some years, since the fault lay in mm/. */
import type { FsFlaw } from '../filesystem.ts';

export const TOLD_ONE: FsFlaw = {
  name: 'errors-are-told-one-opener',
  says: 'an error of writeback is told to the first fsync() alone, whoever has the file open',
  source: 'filemap_check_errors(), mm/filemap.c of 3.10; errseq_t since 4.13, 5660e13d2fd6',
  mend: (fs) => ({ ...fs, tells_one_opener: false }),
};

export const EOF_PAGE_STAYS_WRITABLE: FsFlaw = {
  name: 'page-of-eof-stays-writable',
  says: 'the page of the old EOF stays mapped writable when the file grows: a store gets no block',
  source: 'generic_write_end(), fs/buffer.c of 3.10; 90a8020278c1 (3.18)',
  mend: (fs) => ({ ...fs, keeps_eof_page_writable: false }),
};

export const READS_BESIDE_A_PUNCH: FsFlaw = {
  name: 'pages-are-filled-beside-a-punch',
  says: 'a page is filled from blocks that are being punched, when its place was emptied already',
  source: 'filemap_create_folio(), invalidate_lock since 5.15; aa99f3c2b9c7',
  mend: (fs) => ({ ...fs, invalidate_lock: true }),
};
