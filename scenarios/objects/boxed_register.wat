;; A register of values in boxes that never change: what changes is which box is the current one.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: the current box    4: how many boxes there are    8 + 4 * n: the value in box n
  (func $box (param $value i32) (result i32)
    (local $box i32)
    (local.set $box
      (i32.add (i32.const 1) (i32.atomic.rmw.add (i32.const 4) (i32.const 1))))
    (i32.atomic.store offset=8 (i32.mul (local.get $box) (i32.const 4)) (local.get $value))
    (local.get $box))
  (func $value_of (param $box i32) (result i32)
    (i32.atomic.load offset=8 (i32.mul (local.get $box) (i32.const 4))))

  (func (export "read") (result i32)
    (call $value_of (i32.atomic.load (i32.const 0))))
  (func (export "write") (param $value i32)
    (i32.atomic.store (i32.const 0) (call $box (local.get $value))))
  (func (export "exchange") (param $value i32) (result i32)
    (call $value_of (i32.atomic.rmw.xchg (i32.const 0) (call $box (local.get $value)))))

  (func (export "cas") (param $expected i32) (param $new i32) (result i32)
    (local $box i32)
    (loop $again
      (local.set $box (i32.atomic.load (i32.const 0)))
      (if (i32.ne (call $value_of (local.get $box)) (local.get $expected))
        (then (return (i32.const 0))))
      (br_if $again
        (i32.ne (local.get $box)
          (i32.atomic.rmw.cmpxchg (i32.const 0) (local.get $box)
            (call $box (local.get $new))))))
    (i32.const 1))
  ;; Broken: another box may well have the same value in it.
  (func (export "cas_of_boxes") (param $expected i32) (param $new i32) (result i32)
    (local $box i32)
    (local.set $box (i32.atomic.load (i32.const 0)))
    (if (i32.ne (call $value_of (local.get $box)) (local.get $expected))
      (then (return (i32.const 0))))
    (i32.eq (local.get $box)
      (i32.atomic.rmw.cmpxchg (i32.const 0) (local.get $box) (call $box (local.get $new))))))
