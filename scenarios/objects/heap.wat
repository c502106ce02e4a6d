;; A binary heap with the largest element on top, under a lock.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: the lock    4: how many elements    4 + 4 * i: element i, from 1 on
  (func $lock
    (loop $again
      (br_if $again (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i32.const 1)))))
  (func $unlock (i32.atomic.store (i32.const 0) (i32.const 0)))
  (func $size (result i32) (i32.atomic.load (i32.const 4)))
  (func $at (param $i i32) (result i32)
    (i32.atomic.load offset=4 (i32.mul (local.get $i) (i32.const 4))))
  (func $set (param $i i32) (param $element i32)
    (i32.atomic.store offset=4 (i32.mul (local.get $i) (i32.const 4)) (local.get $element)))

  ;; Puts the element to place $i or above.
  (func $sift_up (param $i i32) (param $element i32)
    (local $parent i32)
    (block $done
      (loop $again
        (local.set $parent (i32.shr_u (local.get $i) (i32.const 1)))
        (br_if $done (i32.eqz (local.get $parent)))
        (br_if $done (i32.ge_s (call $at (local.get $parent)) (local.get $element)))
        (call $set (local.get $i) (call $at (local.get $parent)))
        (local.set $i (local.get $parent))
        (br $again)))
    (call $set (local.get $i) (local.get $element)))
  ;; The element is at place $i: swaps it with its larger child until it is in order.
  (func $sift_down (param $i i32) (param $element i32)
    (local $child i32)
    (loop $again
      (local.set $child (i32.shl (local.get $i) (i32.const 1)))
      (if (i32.gt_u (local.get $child) (call $size)) (then (return)))
      (if (i32.lt_u (local.get $child) (call $size))
        (then
          (local.set $child
            (i32.add (local.get $child)
              (i32.gt_s
                (call $at (i32.add (local.get $child) (i32.const 1)))
                (call $at (local.get $child)))))))
      (if (i32.ge_s (local.get $element) (call $at (local.get $child))) (then (return)))
      (call $set (local.get $i) (call $at (local.get $child)))
      (call $set (local.get $child) (local.get $element))
      (local.set $i (local.get $child))
      (br $again)))

  (func (export "insert") (param $element i32)
    (call $lock)
    (i32.atomic.store (i32.const 4) (i32.add (call $size) (i32.const 1)))
    (call $sift_up (call $size) (local.get $element))
    (call $unlock))
  (func (export "poll") (result i32)
    (local $top i32) (local $last i32)
    (call $lock)
    (if (i32.eqz (call $size))
      (then
        (call $unlock)
        (return (i32.const -1))))
    (local.set $top (call $at (i32.const 1)))
    (local.set $last (call $at (call $size)))
    (i32.atomic.store (i32.const 4) (i32.sub (call $size) (i32.const 1)))
    (call $set (i32.const 1) (local.get $last))
    (call $sift_down (i32.const 1) (local.get $last))
    (call $unlock)
    (local.get $top))
  (func (export "peek") (result i32)
    (local $top i32)
    (call $lock)
    (local.set $top (call $top))
    (call $unlock)
    (local.get $top))
  ;; Broken without the lock: while a heap is put in order, anything may be on its top.
  (func $top (export "peek_unlocked") (result i32)
    (if (i32.eqz (call $size)) (then (return (i32.const -1))))
    (call $at (i32.const 1))))
