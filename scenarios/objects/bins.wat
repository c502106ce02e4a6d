;; A priority queue of few priorities: a bin for each (Shavit and Zemach, "Scalable concurrent
;; priority queue algorithms", PODC 1999). Elements are 1, 2 and 3.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: the lock    4 * p: how many elements p there are
  (func $lock
    (loop $again
      (br_if $again (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i32.const 1)))))
  (func $unlock (i32.atomic.store (i32.const 0) (i32.const 0)))
  (func $put (export "insert_unlocked") (param $element i32)
    (drop
      (i32.atomic.rmw.add (i32.mul (local.get $element) (i32.const 4)) (i32.const 1))))
  (func $take (param $element i32) (result i32)
    (local $bin i32) (local $count i32)
    (local.set $bin (i32.mul (local.get $element) (i32.const 4)))
    (loop $again
      (local.set $count (i32.atomic.load (local.get $bin)))
      (if (i32.eqz (local.get $count)) (then (return (i32.const 0))))
      (br_if $again
        (i32.ne (local.get $count)
          (i32.atomic.rmw.cmpxchg (local.get $bin) (local.get $count)
            (i32.sub (local.get $count) (i32.const 1))))))
    (i32.const 1))

  ;; Broken without the lock: what is put into a bin that was passed already is skipped, although
  ;; it came before what is found. This is quiescently consistent, but not linearizable.
  (func $scan (export "poll_unlocked") (result i32)
    (local $element i32)
    (loop $next
      (local.set $element (i32.add (local.get $element) (i32.const 1)))
      (if (call $take (local.get $element)) (then (return (local.get $element))))
      (br_if $next (i32.lt_u (local.get $element) (i32.const 3))))
    (i32.const -1))
  (func (export "insert") (param $element i32)
    (call $lock)
    (call $put (local.get $element))
    (call $unlock))
  (func (export "poll") (result i32)
    (local $element i32)
    (call $lock)
    (local.set $element (call $scan))
    (call $unlock)
    (local.get $element)))
