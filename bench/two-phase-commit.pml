/*
 * Two-phase commit as in two-phase-commit.ts: the same states, and the same transitions but for
 * the initial state, which SPIN counts as one.
 *
 * spin -a -DN=9 two-phase-commit.pml && gcc -O3 -march=native -w -DSAFETY -DNOREDUCE -DNOFAIR \
 *   -DNOCOMP -DNOVSZ -DNOBOUNDCHECK -o pan pan.c && ./pan -E -m100000 -w25
 *
 * Made for speed. SPIN spends its time in the table of states, so that a state is as few bytes as
 * can be: everything is bits of one int, and of the one byte that is left beside SPIN's own three.
 * One process makes all moves, since each costs 4 bytes; where it stands is where the coordinator
 * stands. Which moves come first makes a fifth of the time, since states that are found together
 * lie together. A process for each manager, with arrays of bytes, takes more than twice as long.
 */
#ifndef N
#define N 3
#endif

#if N == 3
#define EACH(move) move(0) move(1) move(2)
#elif N == 4
#define EACH(move) move(0) move(1) move(2) move(3)
#elif N == 5
#define EACH(move) move(0) move(1) move(2) move(3) move(4)
#elif N == 6
#define EACH(move) move(0) move(1) move(2) move(3) move(4) move(5)
#elif N == 7
#define EACH(move) move(0) move(1) move(2) move(3) move(4) move(5) move(6)
#elif N == 8
#define EACH(move) move(0) move(1) move(2) move(3) move(4) move(5) move(6) move(7)
#elif N == 9
#define EACH(move) move(0) move(1) move(2) move(3) move(4) move(5) move(6) move(7) move(8)
#else
#error N is the number of managers: 3 to 9
#endif

/* A manager is working with neither bit, prepared with the first, committed with the second. */
#define FIRST(i) (1 << (i))
#define SECOND(i) (1 << (N + (i)))
#define BOTH(i) (FIRST(i) | SECOND(i))
/* Messages are never lost: it has sent that it is prepared, and the coordinator has heard it. */
#define SENT(i) (1 << (2 * N + (i)))
#define COMMIT_SENT (1 << 27)
#define ABORT_SENT (1 << 28)
#define LAST_HEARD (1 << 29)
int bits;
byte heard;

#define IS_WORKING(i) !(bits & BOTH(i))
#if N == 9
#define HEARS(i) heard = heard | ((1 << (i)) & 255); bits = bits | ((i) == 8 -> LAST_HEARD : 0)
#define ALL_HEARD (heard == 255 && (bits & LAST_HEARD))
#else
#define HEARS(i) heard = heard | (1 << (i))
#define ALL_HEARD (heard == (1 << N) - 1)
#endif

/* What a manager does that has not voted, and what it does when it hears the decision. */
#define PREPARES(i) :: d_step { IS_WORKING(i) -> bits = bits | FIRST(i) | SENT(i) }
#define GIVES_UP(i) :: d_step { IS_WORKING(i) -> bits = bits | BOTH(i) }
#define COMMITS(i) :: d_step { bits = (bits & ~FIRST(i)) | SECOND(i) }
#define ABORTS(i) :: d_step { bits = bits | BOTH(i) }
#define IS_HEARD(i) :: d_step { (bits & SENT(i)) -> HEARS(i) }

/* No manager commits while another aborts. Looked at in every state; is no move. */
#define SECONDS ((bits >> N) & ((1 << N) - 1))
#define CHECK :: d_step { (SECONDS & ~bits) && (SECONDS & bits) -> assert(false) }

active proctype coordinator() {
undecided:
  do
  EACH(IS_HEARD)
  EACH(PREPARES)
  EACH(GIVES_UP)
  :: d_step { ALL_HEARD -> bits = bits | COMMIT_SENT } goto committed
  :: d_step { bits = bits | ABORT_SENT } goto aborted
  CHECK
  od;
committed:
  do
  EACH(PREPARES)
  EACH(GIVES_UP)
  EACH(COMMITS)
  CHECK
  od;
aborted:
  do
  EACH(PREPARES)
  EACH(GIVES_UP)
  EACH(ABORTS)
  CHECK
  od
}
