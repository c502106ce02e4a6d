;; The work-stealing deque of Chase and Lev ("Dynamic circular work-stealing deque", SPAA 2005),
;; with room for eight. One process pushes and pops at the bottom; others steal from the top.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: the top    4: the bottom    16 + 4 * (i mod 8): element i
  (func $at (param $i i32) (result i32)
    (i32.atomic.load offset=16
      (i32.mul (i32.and (local.get $i) (i32.const 7)) (i32.const 4))))
  (func (export "push") (param $element i32)
    (local $bottom i32)
    (local.set $bottom (i32.atomic.load (i32.const 4)))
    (i32.atomic.store offset=16
      (i32.mul (i32.and (local.get $bottom) (i32.const 7)) (i32.const 4))
      (local.get $element))
    (i32.atomic.store (i32.const 4) (i32.add (local.get $bottom) (i32.const 1))))
  (func $advance (param $top i32) (result i32)
    (i32.eq (local.get $top)
      (i32.atomic.rmw.cmpxchg (i32.const 0) (local.get $top)
        (i32.add (local.get $top) (i32.const 1)))))
  (func (export "steal") (result i32)
    (local $top i32) (local $element i32)
    (loop $again
      (local.set $top (i32.atomic.load (i32.const 0)))
      (if (i32.ge_s (local.get $top) (i32.atomic.load (i32.const 4)))
        (then (return (i32.const -1))))
      (local.set $element (call $at (local.get $top)))
      (br_if $again (i32.eqz (call $advance (local.get $top)))))
    (local.get $element))

  ;; Takes the bottom away, and says what there is above it.
  (func $lower (result i32 i32)
    (local $bottom i32)
    (local.set $bottom (i32.sub (i32.atomic.load (i32.const 4)) (i32.const 1)))
    (i32.atomic.store (i32.const 4) (local.get $bottom))
    (local.get $bottom)
    (i32.atomic.load (i32.const 0)))
  (func (export "pop") (result i32)
    (local $bottom i32) (local $top i32) (local $is_won i32)
    (call $lower)
    (local.set $top)
    (local.set $bottom)
    (if (i32.gt_s (local.get $bottom) (local.get $top))
      (then (return (call $at (local.get $bottom)))))
    ;; The last one: thieves may be after it. The bottom comes back.
    (if (i32.eq (local.get $bottom) (local.get $top))
      (then (local.set $is_won (call $advance (local.get $top)))))
    (i32.atomic.store (i32.const 4) (i32.add (local.get $bottom) (i32.const 1)))
    (select (call $at (local.get $bottom)) (i32.const -1) (local.get $is_won)))
  ;; Broken: the last one is taken without asking whether a thief has it.
  (func (export "pop_last_one_too") (result i32)
    (local $bottom i32) (local $top i32)
    (call $lower)
    (local.set $top)
    (local.set $bottom)
    (if (i32.ge_s (local.get $bottom) (local.get $top))
      (then (return (call $at (local.get $bottom)))))
    (i32.atomic.store (i32.const 4) (i32.add (local.get $bottom) (i32.const 1)))
    (i32.const -1)))
