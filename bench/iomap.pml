/*
 * The design `iomap`, iomap_file_buffered_write() on XFS, in the scenario
 * writeback-between-copy-and-allocate: a write() over a sparse file of PAGES pages, with one block
 * a page and BLOCKS blocks on the device, beside a reader, writeback, the completion of its I/O,
 * the journal, reclaim, and another file that takes blocks and gives them back. Written after
 * model/, command by command: the same states, field by field, and the same transitions but for the
 * initial state, which SPIN counts as one.
 *
 * spin -a -DPAGES=2 -DBLOCKS=4 iomap.pml && gcc -O3 -march=native -w -DSAFETY -DNOREDUCE -DNOFAIR \
 *   -DNOCOMP -DNOVSZ -DNOBOUNDCHECK -o pan pan.c && ./pan -E -m100000 -w22
 *
 * Left out is what never changes here: i_size and the sizes that the journal has (the file is as
 * long as it ever gets), faults and errors of I/O (there are none), throttling (the limit is
 * higher); and so the rows that zero a tail, set a size, or undo a short copy.
 *
 * Made for speed. SPIN spends three quarters of its time in the table of states, so that a state is
 * as few bytes as can be: bit-fields, and one process that makes the moves of all tasks. What a
 * task does in a row of its own without a choice is one d_step, since each option costs a look.
 */
#ifndef PAGES
#define PAGES 2
#endif
#ifndef BLOCKS
#define BLOCKS 3
#endif
/* A page is two cells. */
#define CELLS (2 * PAGES)

#if PAGES == 1
#define EACH_PAGE(move) move(0)
#define ALL_PAGES(is) is(0)
#define ANY_PAGE(is) is(0)
#define COUNT_PAGES(is) is(0)
#elif PAGES == 2
#define EACH_PAGE(move) move(0) move(1)
#define ALL_PAGES(is) (is(0) && is(1))
#define ANY_PAGE(is) (is(0) || is(1))
#define COUNT_PAGES(is) (is(0) + is(1))
#elif PAGES == 3
#define EACH_PAGE(move) move(0) move(1) move(2)
#define ALL_PAGES(is) (is(0) && is(1) && is(2))
#define ANY_PAGE(is) (is(0) || is(1) || is(2))
#define COUNT_PAGES(is) (is(0) + is(1) + is(2))
#else
#error PAGES is 1, 2 or 3
#endif

#if BLOCKS == 2
#define ALL_BLOCKS(is) (is(0) && is(1))
#define ANY_BLOCK(is) (is(0) || is(1))
#define COUNT_BLOCKS(is) (is(0) + is(1))
#elif BLOCKS == 3
#define ALL_BLOCKS(is) (is(0) && is(1) && is(2))
#define ANY_BLOCK(is) (is(0) || is(1) || is(2))
#define COUNT_BLOCKS(is) (is(0) + is(1) + is(2))
#elif BLOCKS == 4
#define ALL_BLOCKS(is) (is(0) && is(1) && is(2) && is(3))
#define ANY_BLOCK(is) (is(0) || is(1) || is(2) || is(3))
#define COUNT_BLOCKS(is) (is(0) + is(1) + is(2) + is(3))
#elif BLOCKS == 5
#define ALL_BLOCKS(is) (is(0) && is(1) && is(2) && is(3) && is(4))
#define ANY_BLOCK(is) (is(0) || is(1) || is(2) || is(3) || is(4))
#define COUNT_BLOCKS(is) (is(0) + is(1) + is(2) + is(3) + is(4))
#else
#error BLOCKS is 2 to 5
#endif

/* Who holds a lock: 1 + the task, as in model/core.ts. The reader is alone in sharing one. */
#define NOBODY 0
#define WRITER 1
#define READER 2
#define WRITEBACK 3

/* model/extents.ts: 0 is a hole, 1 a delayed allocation, then the blocks, unwritten and mapped. */
#define HOLE 0
#define DELALLOC 1
#define UNWRITTEN 2
#define MAPPED 3
#define UNWRITTEN_AT(b) (2 + 2 * (b))
#define TYPE(map) ((map) < 2 -> (map) : ((map) & 1 -> MAPPED : UNWRITTEN))
#define BLOCK(map) (((map) - 2) >> 1)

/* model/space.ts: who owns a block of the device. */
#define FREE 0
#define FILE 1
#define NEIGHBOUR 2
#define BUSY 3

/* model/page-cache.ts: where the I/O of a page stands. */
#define SUBMITTED 2
#define ENDED 3

/* model/core.ts: where the call stands; model/errno.ts. */
#define TO_COME 1
#define RUNNING 2
#define RETURNED 3
#define ENOSPC 3

/* model/cells.ts: what a cell holds. Old data there is none, but its numbers are kept free. */
#define ZERO 0
#define STALE 1
#define GARBAGE 2
#define FIRST_OLD 3
#define FIRST_WRITTEN (FIRST_OLD + CELLS)
#define WRITTEN(place) ((place) < CELLS -> FIRST_WRITTEN + (place) : GARBAGE)
#define WHOLE(value) ((value) | (value) << 4)
#define CELL(cells, i) (((cells) >> (4 * (i))) & 15)

/* The rows of the writer: model/designs/iomap.ts and perform-write.ts. */
#define LOCK_INODE 0
#define BEGIN 1
#define BALANCE 2
#define FAULT_IN 3
#define SIGNAL 4
#define GRAB_PAGE 5
#define VALID 6
#define UNLOCK_STALE 7
#define PREPARE 8
#define COPY 9
#define WRITE_END 10
#define LOCK_INVALIDATE 11
#define SCAN 12
#define PUNCH 13
#define UNLOCK_INVALIDATE 14
#define END 15
#define FLUSH_INODES 16
#define UNLOCK_TO_RETRY 17
#define FREE_SPACE 18
#define UNLOCK_INODE 19
#define RET 20
#define DONE 21

/* Those of the reader, of writeback, of ioend, of the neighbour. */
#define ENTER 0
#define FIND_PAGE 1
#define READPAGE 2
#define LEAVE 3

#define LOCK 0
#define HANDLE_EOF 1
#define MAP 2
#define START 3

#define BIO 0
#define CONVERT 1
#define END_WRITEBACK 2

#define TAKE 0
#define GIVE 1

/* A page, the block of it, the extent map there, and what was promised of its cells. */
typedef Page {
  unsigned present : 1;
  unsigned locked_by : 2;
  unsigned writeback : 2;
  unsigned cells : 8;
  unsigned uptodate : 1;
  unsigned dirty : 1;
  unsigned io : 3;
  unsigned map : 4;
  unsigned logged : 4;
  unsigned claimed : 1;
  unsigned promised0 : 1;
  unsigned promised1 : 1
}
/* The call, what the ledger keeps of it, and what it has on its stack. */
typedef Call {
  unsigned state : 2 = TO_COME;
  unsigned ret : 3;
  unsigned err : 2;
  unsigned iterated : 3;
  unsigned write_begins : 2;
  unsigned maps : 2;
  unsigned mispaired : 1;
  unsigned told_enospc : 1;
  unsigned no_space : 1;
  unsigned refused : 1;
  unsigned map_changed : 1;
  unsigned iomap_type : 2;
  unsigned iomap_pos : 3;
  unsigned iomap_end : 3;
  unsigned iomap_new : 1
}
/* The locals of the writer. */
typedef Writer {
  unsigned pc : 5;
  unsigned pos : 3;
  unsigned end : 3 = CELLS;
  unsigned start : 3;
  unsigned stop : 3;
  unsigned at : 3;
  unsigned scanned : 3;
  unsigned is_new : 1;
  unsigned cleared_space : 1;
  unsigned copied : 2;
  unsigned done : 3;
  unsigned err : 2
}
/* All else, in one word: locks of the inode, the counters of space, the other tasks' locals. */
typedef Kernel {
  unsigned i_rwsem : 2;
  unsigned invalidate_lock : 2;
  unsigned free : 3 = BLOCKS;
  unsigned reserved : 3;
  unsigned reader_pc : 2;
  unsigned reader_page : 2;
  unsigned wanted : 2;
  unsigned writeback_pc : 2;
  unsigned writeback_page : 2;
  unsigned size : 3;
  unsigned ioend_pc : 2;
  unsigned io : 3;
  unsigned neighbour_pc : 1
}

Page page[PAGES];
Call call;
Writer w;
Kernel k;
byte owner[BLOCKS];
byte media[BLOCKS] = WHOLE(STALE);

/* Used within a step alone, and no part of a state. */
hidden byte b, first, last, n, type;

/* Space: model/space.ts, model/ledger.ts. */
#define IS_FREE(b) (owner[b] == FREE)
#define IS_BUSY(b) (owner[b] == BUSY)
#define IS_CLAIMED(p) page[p].claimed
#define AVAILABLE (COUNT_BLOCKS(IS_FREE) - COUNT_PAGES(IS_CLAIMED))

inline first_owned_by(whom) {
  b = 0;
  do
  :: b < BLOCKS && owner[b] != whom -> b++
  :: else -> break
  od
}

/* The extent map: model/extents.ts. Who has sampled a mapping is told of each change. */
inline set_map(which, value) {
  page[which].map = value;
  if
  :: call.state == RUNNING -> call.map_changed = 1
  :: else
  fi
}

/* delayExtent(), unmapExtent() of what is delayed, allocateExtent() of what is delayed. */
inline delay(which) {
  k.free--;
  k.reserved++;
  set_map(which, DELALLOC);
  page[which].claimed = 1
}

inline punch_delayed(from, to) {
  n = from;
  do
  :: n < to && page[n].map == DELALLOC ->
    k.free++;
    k.reserved--;
    page[n].claimed = 0;
    set_map(n, HOLE);
    n++
  :: n < to && page[n].map != DELALLOC -> n++
  :: else -> break
  od
}

inline allocate_delayed(which) {
  first_owned_by(FREE);
  assert(b < BLOCKS);
  k.reserved--;
  owner[b] = FILE;
  page[which].claimed = 0;
  set_map(which, UNWRITTEN_AT(b))
}

/* Pages: model/page-cache.ts. */
#define IS_DIRTY(p) page[p].dirty
#define IS_IN_WRITEBACK(p) page[p].writeback
#define IS_LOCKED(p) (page[p].locked_by != NOBODY)
#define WANTS_READING(p) (!page[p].uptodate)
#define WANTS_WRITEBACK(p) (page[p].dirty && !page[p].writeback)
#define IS_TO_BE_CLEANED(p) (page[p].dirty || page[p].writeback)
#define IS_FOR_KSWAPD(p) \
  (page[p].present && !IS_LOCKED(p) && !page[p].writeback && !page[p].dirty)

inline add_page(which) {
  page[which].present = 1;
  page[which].cells = WHOLE(GARBAGE)
}

#define LOGGABLE(p) (page[p].map == DELALLOC -> HOLE : page[p].map)
#define IS_UNLOGGED(p) (page[p].logged != LOGGABLE(p))
#define ANYTHING_TO_LOG (ANY_PAGE(IS_UNLOGGED) || ANY_BLOCK(IS_BUSY))

/* Who waits, and for whom. The other tasks never do, or have nothing to do. */
#define AT (w.pos / 2)
#define SCANS (w.scanned / 2)
#define WRITER_WAITS ( \
  (w.pc == GRAB_PAGE && IS_LOCKED(AT)) || \
  (w.pc == LOCK_INVALIDATE && k.invalidate_lock != NOBODY) || \
  (w.pc == SCAN && page[SCANS].present && IS_LOCKED(SCANS)) || \
  (w.pc == FLUSH_INODES && ANY_PAGE(IS_TO_BE_CLEANED)))
#define WANTED (k.wanted - 1)
#define READER_WAITS (k.reader_pc == FIND_PAGE && IS_LOCKED(WANTED))

/* How the design goes on: ended() and tried() of model/designs/iomap.ts. */
inline ended() {
  w.at = w.pos;
  if
  :: w.is_new && w.at < call.iomap_end -> w.pc = LOCK_INVALIDATE
  :: else -> w.pc = END
  fi
}

inline tried() {
  if
  :: w.err == ENOSPC && w.done == 0 && !w.cleared_space ->
    w.err = 0;
    w.cleared_space = 1;
    w.pc = FLUSH_INODES
  :: else -> w.pc = UNLOCK_INODE
  fi
}

/* ->iomap_begin of [w.pos, w.end): model/iomap-begin.ts. */
inline iomap_begin() {
  first = AT;
  type = TYPE(page[first].map);
  last = first + 1;
  do
  :: last < w.end / 2 && TYPE(page[last].map) == type -> last++
  :: else -> break
  od;
  call.iomap_new = 0;
  w.err = 0;
  if
  :: type == HOLE ->
    /* As much of it as there is space for. */
    n = first;
    do
    :: n < last && k.free > 0 -> delay(n); n++
    :: else -> break
    od;
    if
    :: n < last ->
      call.no_space = 1;
      call.told_enospc = 1;
      call.refused = (AVAILABLE > 0);
      last = n
    :: else
    fi;
    type = DELALLOC;
    call.iomap_new = 1
  :: else
  fi;
  if
  :: last == first ->
    w.err = ENOSPC;
    call.iomap_type = 0;
    call.iomap_pos = 0;
    call.iomap_end = 0;
    call.iomap_new = 0
  :: else ->
    call.iomap_type = type;
    call.iomap_pos = 2 * first;
    call.iomap_end = 2 * last;
    call.maps++;
    call.told_enospc = 0;
    call.refused = 0
  fi;
  call.map_changed = 0
}

/* What the ledger makes of the return; then the call has no locals, and nothing on its stack. */
inline returns() {
  call.state = RETURNED;
  call.ret = w.done;
  if
  :: w.done == 0 -> call.err = w.err
  :: else
  fi;
  if
  :: call.err == ENOSPC && !call.told_enospc -> call.refused = (AVAILABLE > 0)
  :: else
  fi;
  n = 0;
  do
  :: 2 * n < w.done ->
    page[n].promised0 = 1;
    if
    :: 2 * n + 1 < w.done -> page[n].promised1 = 1
    :: else
    fi;
    n++
  :: else -> break
  od;
  call.map_changed = 0;
  call.iomap_type = 0;
  call.iomap_pos = 0;
  call.iomap_end = 0;
  call.iomap_new = 0;
  w.pos = 0;
  w.end = 0;
  w.start = 0;
  w.stop = 0;
  w.at = 0;
  w.scanned = 0;
  w.is_new = 0;
  w.cleared_space = 0;
  w.copied = 0;
  w.done = 0;
  w.err = 0
}

/* Moves of which there is one for each page. */

/* lock_to_read(). */
#define ENTERS(p) \
  :: d_step { k.reader_pc == ENTER && WANTS_READING(p) && k.invalidate_lock != WRITER -> \
    k.invalidate_lock = READER; \
    k.wanted = p + 1; \
    k.reader_pc = FIND_PAGE \
  }

/* lock_dirty_page(): model/writeback.ts. */
#define LOCKS_DIRTY(p) \
  :: d_step { k.writeback_pc == LOCK && WANTS_WRITEBACK(p) && !IS_LOCKED(p) -> \
    page[p].locked_by = WRITEBACK; \
    k.writeback_page = p; \
    k.writeback_pc = HANDLE_EOF \
  }

/* bio_endio(). */
#define ENDS_BIO(p) \
  :: d_step { k.ioend_pc == BIO && page[p].writeback -> \
    page[p].writeback = ENDED; \
    media[page[p].io - 1] = page[p].cells; \
    page[p].io = 0; \
    k.io = 1 + 2 * p + 1; \
    k.ioend_pc = (TYPE(page[p].map) == UNWRITTEN -> CONVERT : END_WRITEBACK) \
  }
#define PAGE_OF_IO ((k.io - 1) / 2)

/* reclaim_page(): model/reclaim.ts. */
#define SHRINKS(p) \
  :: d_step { IS_FOR_KSWAPD(p) -> \
    page[p].present = 0; \
    page[p].uptodate = 0; \
    page[p].cells = 0 \
  }

/*
 * The promises, by their names in properties/. Left out are every-call-ends, which is about loops;
 * and what no state of this scenario could break: the call is for the whole file, which is as long
 * as it was, and has no old data.
 */

/* What a read would return now, where it would not wait for a page lock; and after a crash. */
#define ON_DISK(map) (TYPE(map) == MAPPED -> media[BLOCK(map)] : WHOLE(ZERO))
#define IS_KNOWN(p) (page[p].uptodate || !IS_LOCKED(p))
#define VISIBLE(p) (page[p].uptodate -> page[p].cells : ON_DISK(page[p].map))
#define READS(p, i) CELL(VISIBLE(p), i)

#define IS_FOREIGN(value) ((value) == STALE || (value) == GARBAGE)
#define HAS_FOREIGN(cells) (IS_FOREIGN(CELL(cells, 0)) || IS_FOREIGN(CELL(cells, 1)))
#define IS_OF_CALL(value) ((value) >= FIRST_WRITTEN)
#define IS_PLACED(value, place) ((value) < FIRST_OLD || ((value) - FIRST_OLD) % CELLS == (place))

#define NO_STALE_DATA(p) (!HAS_FOREIGN(VISIBLE(p)))
#define NO_LOST_WRITE(p) \
  ((!page[p].promised0 || IS_OF_CALL(READS(p, 0))) && \
   (!page[p].promised1 || IS_OF_CALL(READS(p, 1))))
#define BYTES_ARE_IN_THEIR_PLACE(p) \
  (IS_PLACED(READS(p, 0), 2 * p) && IS_PLACED(READS(p, 1), 2 * p + 1))
#define NOTHING_BEYOND_THE_RETURN(p) (call.state != RETURNED || \
  ((2 * p < call.ret || !IS_OF_CALL(READS(p, 0))) && \
   (2 * p + 1 < call.ret || !IS_OF_CALL(READS(p, 1)))))
#define READS_WELL(p) (!IS_KNOWN(p) || \
  (NO_STALE_DATA(p) && NO_LOST_WRITE(p) && BYTES_ARE_IN_THEIR_PLACE(p) && \
   NOTHING_BEYOND_THE_RETURN(p)))

#define NO_STALE_DATA_AFTER_CRASH(p) (!HAS_FOREIGN(ON_DISK(page[p].logged)))
#define DIRTY_HAS_SOMEWHERE_TO_GO(p) (!page[p].dirty || page[p].map != HOLE)
#define UPTODATE_MEANS_IT(p) (!page[p].uptodate || !HAS_FOREIGN(page[p].cells))
#define IO_GOES_TO_ITS_BLOCK(p) (page[p].io == 0 || page[p].map / 2 == page[p].io)
#define IS_WELL(p) \
  (READS_WELL(p) && NO_STALE_DATA_AFTER_CRASH(p) && DIRTY_HAS_SOMEWHERE_TO_GO(p) && \
   UPTODATE_MEANS_IT(p) && IO_GOES_TO_ITS_BLOCK(p))

#define AT_REST \
  (w.pc == DONE && k.reader_pc == ENTER && k.writeback_pc == LOCK && k.ioend_pc == BIO && \
   k.neighbour_pc == TAKE && !ANY_PAGE(IS_IN_WRITEBACK))
#define IS_FORGOTTEN(p) (page[p].map == DELALLOC && !page[p].dirty)
#define NO_LEAKED_RESERVATIONS \
  (k.reserved == COUNT_PAGES(IS_CLAIMED) && k.free + k.reserved == COUNT_BLOCKS(IS_FREE) && \
   !(k.reserved > 0 && AT_REST && ANY_PAGE(IS_FORGOTTEN)))

#define ARE_LOCKED_BY_ONE(p, q) (IS_LOCKED(p) && page[p].locked_by == page[q].locked_by)
#if PAGES == 1
#define NO_NESTED_PAGE_LOCKS true
#elif PAGES == 2
#define NO_NESTED_PAGE_LOCKS (!ARE_LOCKED_BY_ONE(0, 1))
#else
#define NO_NESTED_PAGE_LOCKS \
  (!ARE_LOCKED_BY_ONE(0, 1) && !ARE_LOCKED_BY_ONE(0, 2) && !ARE_LOCKED_BY_ONE(1, 2))
#endif

#define HAS_RETURNED (call.state == RETURNED)
#define NO_ZERO_IS_RETURNED (!HAS_RETURNED || call.ret > 0 || call.err != 0)
#define ITERATOR_IS_WHERE_THE_CALL_SAYS (!HAS_RETURNED || call.iterated == call.ret)
#define BEGIN_AND_END_ARE_PAIRED \
  (!call.mispaired && (!HAS_RETURNED || (call.maps == 0 && call.write_begins == 0)))
#define ENOSPC_IS_TRUE (!(HAS_RETURNED && call.err == ENOSPC && call.refused))
#define IS_LOCKED_BY_WRITER(p) (page[p].locked_by == WRITER)
#define NO_LOCK_OUTLIVES_THE_CALL (!HAS_RETURNED || \
  (k.i_rwsem != WRITER && k.invalidate_lock != WRITER && !ANY_PAGE(IS_LOCKED_BY_WRITER)))

#if PAGES == 1
#define OWNERS(b) (page[0].map / 2 == b + 1)
#elif PAGES == 2
#define OWNERS(b) ((page[0].map / 2 == b + 1) + (page[1].map / 2 == b + 1))
#else
#define OWNERS(b) \
  ((page[0].map / 2 == b + 1) + (page[1].map / 2 == b + 1) + (page[2].map / 2 == b + 1))
#endif
#define SPACE_IS_OWNED_ONCE(b) (OWNERS(b) == (owner[b] == FILE))

/*
 * Stronger than no-deadlock, and cheaper: whoever waits, waits for one who moves; or the writer for
 * the reader, who waits for one who moves.
 */
#define IS_FREE_TO_WRITE(p) (WANTS_WRITEBACK(p) && !IS_LOCKED(p))
#define IS_BEING_READ(p) \
  (WANTS_WRITEBACK(p) && page[p].locked_by == READER && k.reader_pc == READPAGE)
#define WRITER_MOVES (w.pc != DONE && !WRITER_WAITS)
#define READER_MOVES (k.reader_pc != ENTER && !READER_WAITS)
#define WRITEBACK_MOVES (k.writeback_pc != LOCK || ANY_PAGE(IS_FREE_TO_WRITE))
#define IOEND_MOVES (k.ioend_pc != BIO || ANY_PAGE(IS_IN_WRITEBACK))
#define HOLDER_MOVES(p) \
  (page[p].locked_by == WRITER -> WRITER_MOVES : \
   (page[p].locked_by == READER -> READER_MOVES : WRITEBACK_MOVES))
#define READER_CAN_END (!READER_WAITS || HOLDER_MOVES(WANTED))
#define WRITER_CAN_END (!WRITER_WAITS || \
  (w.pc == GRAB_PAGE && HOLDER_MOVES(AT)) || \
  (w.pc == LOCK_INVALIDATE && k.reader_pc != ENTER && READER_CAN_END) || \
  (w.pc == SCAN && HOLDER_MOVES(SCANS)) || \
  (w.pc == FLUSH_INODES && (IOEND_MOVES || WRITEBACK_MOVES || ANY_PAGE(IS_BEING_READ))))

#define PROMISES \
  (ALL_PAGES(IS_WELL) && NO_LEAKED_RESERVATIONS && NO_NESTED_PAGE_LOCKS && \
   NO_ZERO_IS_RETURNED && ITERATOR_IS_WHERE_THE_CALL_SAYS && BEGIN_AND_END_ARE_PAIRED && \
   ENOSPC_IS_TRUE && NO_LOCK_OUTLIVES_THE_CALL && ALL_BLOCKS(SPACE_IS_OWNED_ONCE) && \
   READER_CAN_END && WRITER_CAN_END)

active proctype kernel() {
  do
  /* writer1 */
  :: d_step { w.pc != DONE && !WRITER_WAITS ->
    if
    :: w.pc == LOCK_INODE ->
      k.i_rwsem = WRITER;
      call.state = RUNNING;
      w.pc = BEGIN
    :: w.pc == BEGIN ->
      iomap_begin();
      if
      :: w.err -> tried()
      :: else ->
        w.start = w.pos;
        w.stop = call.iomap_end;
        w.is_new = call.iomap_new;
        w.pc = BALANCE
      fi
    :: w.pc == BALANCE -> w.pc = FAULT_IN
    :: w.pc == FAULT_IN -> w.pc = SIGNAL
    :: w.pc == SIGNAL -> w.pc = GRAB_PAGE
    :: w.pc == GRAB_PAGE ->
      if
      :: !page[AT].present -> add_page(AT)
      :: else
      fi;
      page[AT].locked_by = WRITER;
      w.pc = VALID
    :: w.pc == VALID -> w.pc = (call.map_changed -> UNLOCK_STALE : PREPARE)
    :: w.pc == UNLOCK_STALE ->
      page[AT].locked_by = NOBODY;
      ended()
    :: w.pc == PREPARE ->
      /* The page will be overwritten whole. */
      call.write_begins++;
      w.pc = COPY
    :: w.pc == COPY ->
      page[AT].cells = WRITTEN(call.iterated) | WRITTEN(call.iterated + 1) << 4;
      w.copied = 2;
      w.pc = WRITE_END
    :: w.pc == WRITE_END ->
      page[AT].uptodate = 1;
      page[AT].dirty = 1;
      page[AT].locked_by = NOBODY;
      if
      :: call.write_begins > 0 -> call.write_begins--
      :: else -> call.mispaired = 1
      fi;
      call.iterated = call.iterated + w.copied;
      w.pos = w.pos + w.copied;
      w.done = w.done + w.copied;
      w.copied = 0;
      if
      :: w.pos < w.stop -> w.pc = BALANCE
      :: else -> ended()
      fi
    :: w.pc == LOCK_INVALIDATE ->
      k.invalidate_lock = WRITER;
      w.scanned = w.at;
      w.pc = SCAN
    :: w.pc == SCAN ->
      /* iomap_delalloc_scan(): where the page is dirty, what is delayed before it goes. */
      if
      :: page[SCANS].present && page[SCANS].dirty ->
        punch_delayed(w.at / 2, SCANS);
        w.at = w.scanned + 2
      :: else
      fi;
      w.scanned = w.scanned + 2;
      if
      :: w.scanned >= call.iomap_end -> w.pc = PUNCH
      :: else
      fi
    :: w.pc == PUNCH ->
      punch_delayed(w.at / 2, call.iomap_end / 2);
      w.pc = UNLOCK_INVALIDATE
    :: w.pc == UNLOCK_INVALIDATE ->
      k.invalidate_lock = NOBODY;
      w.pc = END
    :: w.pc == END ->
      call.iomap_type = 0;
      call.iomap_pos = 0;
      call.iomap_end = 0;
      call.iomap_new = 0;
      if
      :: call.maps > 0 -> call.maps--
      :: else -> call.mispaired = 1
      fi;
      w.start = 0;
      w.stop = 0;
      w.at = 0;
      w.scanned = 0;
      w.is_new = 0;
      if
      :: w.err || w.pos >= w.end -> tried()
      :: else -> w.pc = BEGIN
      fi
    :: w.pc == FLUSH_INODES -> w.pc = UNLOCK_TO_RETRY
    :: w.pc == UNLOCK_TO_RETRY ->
      k.i_rwsem = NOBODY;
      w.pc = FREE_SPACE
    :: w.pc == FREE_SPACE -> w.pc = LOCK_INODE
    :: w.pc == UNLOCK_INODE ->
      k.i_rwsem = NOBODY;
      w.pc = RET
    :: w.pc == RET ->
      returns();
      w.pc = DONE
    fi
  }

  /* reader: model/page-cache.ts */
  EACH_PAGE(ENTERS)
  :: d_step { k.reader_pc != ENTER && !READER_WAITS ->
    if
    :: k.reader_pc == FIND_PAGE ->
      if
      :: WANTS_READING(WANTED) ->
        if
        :: !page[WANTED].present -> add_page(WANTED)
        :: else
        fi;
        page[WANTED].locked_by = READER;
        k.reader_page = k.wanted;
        k.reader_pc = READPAGE
      :: else -> k.reader_pc = LEAVE
      fi
    :: k.reader_pc == READPAGE ->
      if
      :: !page[WANTED].uptodate ->
        page[WANTED].cells = ON_DISK(page[WANTED].map);
        page[WANTED].uptodate = 1
      :: else
      fi;
      page[WANTED].locked_by = NOBODY;
      k.reader_page = 0;
      k.reader_pc = LEAVE
    :: k.reader_pc == LEAVE ->
      k.invalidate_lock = NOBODY;
      k.wanted = 0;
      k.reader_pc = ENTER
    fi
  }

  /* writeback: model/writeback.ts, model/writepage.ts */
  EACH_PAGE(LOCKS_DIRTY)
  :: d_step { k.writeback_pc != LOCK ->
    if
    :: k.writeback_pc == HANDLE_EOF ->
      k.size = 2 * k.writeback_page + 2;
      k.writeback_pc = MAP
    :: k.writeback_pc == MAP ->
      if
      :: page[k.writeback_page].dirty && page[k.writeback_page].io == 0 ->
        /* The whole delayed extent gets its blocks. Over a hole nothing is dirty. */
        first = k.writeback_page;
        do
        :: first > 0 && page[first].map == DELALLOC && page[first - 1].map == DELALLOC -> first--
        :: else -> break
        od;
        do
        :: first < PAGES && page[first].map == DELALLOC -> allocate_delayed(first); first++
        :: else -> break
        od;
        assert(page[k.writeback_page].map != HOLE);
        page[k.writeback_page].io = 1 + BLOCK(page[k.writeback_page].map)
      :: else
      fi;
      k.size = 0;
      k.writeback_pc = START
    :: k.writeback_pc == START ->
      if
      :: page[k.writeback_page].io ->
        page[k.writeback_page].dirty = 0;
        page[k.writeback_page].writeback = SUBMITTED
      :: else
      fi;
      page[k.writeback_page].locked_by = NOBODY;
      k.writeback_page = 0;
      k.writeback_pc = LOCK
    fi
  }

  /* ioend: model/writeback.ts */
  EACH_PAGE(ENDS_BIO)
  :: d_step { k.ioend_pc != BIO ->
    if
    :: k.ioend_pc == CONVERT ->
      if
      :: TYPE(page[PAGE_OF_IO].map) == UNWRITTEN ->
        set_map(PAGE_OF_IO, page[PAGE_OF_IO].map + 1)
      :: else
      fi;
      k.ioend_pc = END_WRITEBACK
    :: k.ioend_pc == END_WRITEBACK ->
      page[PAGE_OF_IO].writeback = 0;
      k.io = 0;
      k.ioend_pc = BIO
    fi
  }

  /* journal: model/journal.ts */
  :: d_step { ANYTHING_TO_LOG ->
    n = 0;
    do
    :: n < PAGES -> page[n].logged = LOGGABLE(n); n++
    :: else -> break
    od;
    n = 0;
    do
    :: n < BLOCKS && owner[n] == BUSY ->
      owner[n] = FREE;
      media[n] = WHOLE(STALE);
      k.free++;
      n++
    :: n < BLOCKS && owner[n] != BUSY -> n++
    :: else -> break
    od;
    n = 0
  }

  /* reclaim: model/reclaim.ts */
  EACH_PAGE(SHRINKS)

  /* neighbour: model/space.ts */
  :: d_step { k.neighbour_pc == TAKE && k.free > 0 && ANY_BLOCK(IS_FREE) ->
    first_owned_by(FREE);
    owner[b] = NEIGHBOUR;
    k.free--;
    k.neighbour_pc = GIVE
  }
  :: d_step { k.neighbour_pc == GIVE ->
    first_owned_by(NEIGHBOUR);
    owner[b] = BUSY;
    k.neighbour_pc = TAKE
  }

  /* Looked at in every state; is no move. */
  :: d_step { !PROMISES -> assert(false) }
  od
}
