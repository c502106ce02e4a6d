;; The bounded queue of Vyukov ("Bounded MPMC queue", 2010): a ring of four cells, each with the
;; position that it is ready for. It is never full here.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: the position of the next enqueue    4: of the next dequeue
  ;; 16 + 8 * i: what cell i is ready for: p for enqueue p, p + 1 for dequeue p    20 + 8 * i: its value
  (func (export "begin")
    (i32.atomic.store (i32.const 24) (i32.const 1))
    (i32.atomic.store (i32.const 32) (i32.const 2))
    (i32.atomic.store (i32.const 40) (i32.const 3)))
  (func $cell (param $position i32) (result i32)
    (i32.add (i32.const 16)
      (i32.mul (i32.and (local.get $position) (i32.const 3)) (i32.const 8))))
  (func $claim (param $end i32) (param $position i32) (result i32)
    (i32.eq (local.get $position)
      (i32.atomic.rmw.cmpxchg (local.get $end) (local.get $position)
        (i32.add (local.get $position) (i32.const 1)))))

  (func (export "enqueue") (param $value i32)
    (local $position i32) (local $cell i32)
    (loop $again
      (local.set $position (i32.atomic.load (i32.const 0)))
      (local.set $cell (call $cell (local.get $position)))
      (br_if $again (i32.ne (i32.atomic.load (local.get $cell)) (local.get $position)))
      (br_if $again (i32.eqz (call $claim (i32.const 0) (local.get $position)))))
    (i32.atomic.store offset=4 (local.get $cell) (local.get $value))
    (i32.atomic.store (local.get $cell) (i32.add (local.get $position) (i32.const 1))))

  ;; With the cell of a claimed position: its value. The cell is then ready for the next round.
  (func $take (param $position i32) (result i32)
    (local $cell i32) (local $value i32)
    (local.set $cell (call $cell (local.get $position)))
    (local.set $value (i32.atomic.load offset=4 (local.get $cell)))
    (i32.atomic.store (local.get $cell) (i32.add (local.get $position) (i32.const 4)))
    (local.get $value))
  ;; How far the cell is from being ready for this dequeue.
  (func $distance (param $position i32) (result i32)
    (i32.sub
      (i32.atomic.load (call $cell (local.get $position)))
      (i32.add (local.get $position) (i32.const 1))))

  (func (export "dequeue") (result i32)
    (local $position i32)
    (loop $again
      (local.set $position (i32.atomic.load (i32.const 4)))
      (if (call $distance (local.get $position))
        (then
          ;; Empty only if no enqueue has the position: else its value is on its way.
          (br_if $again (i32.ne (local.get $position) (i32.atomic.load (i32.const 0))))
          (return (i32.const -1))))
      (br_if $again (i32.eqz (call $claim (i32.const 4) (local.get $position)))))
    (call $take (local.get $position)))
  ;; Broken, and as it was published: a value that is not there yet hides those behind it.
  (func (export "dequeue_if_ready") (result i32)
    (local $position i32) (local $distance i32)
    (loop $again
      (local.set $position (i32.atomic.load (i32.const 4)))
      (local.set $distance (call $distance (local.get $position)))
      (if (i32.lt_s (local.get $distance) (i32.const 0)) (then (return (i32.const -1))))
      (br_if $again (local.get $distance))
      (br_if $again (i32.eqz (call $claim (i32.const 4) (local.get $position)))))
    (call $take (local.get $position))))
