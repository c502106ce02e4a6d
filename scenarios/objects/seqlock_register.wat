;; A register of 64 bits in two halves, under a sequence lock: readers write nothing (Boehm, "Can
;; seqlocks get along with programming language memory models?", MSPC 2012).
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: the sequence, odd while somebody writes    4: the low half    8: the high half

  (func (export "write") (param $value i64)
    (local $sequence i32)
    (loop $again
      (local.set $sequence (i32.atomic.load (i32.const 0)))
      (br_if $again (i32.and (local.get $sequence) (i32.const 1)))
      (br_if $again
        (i32.ne (local.get $sequence)
          (i32.atomic.rmw.cmpxchg (i32.const 0) (local.get $sequence)
            (i32.add (local.get $sequence) (i32.const 1))))))
    (i32.atomic.store (i32.const 4) (i32.wrap_i64 (local.get $value)))
    (i32.atomic.store (i32.const 8)
      (i32.wrap_i64 (i64.shr_u (local.get $value) (i64.const 32))))
    (i32.atomic.store (i32.const 0) (i32.add (local.get $sequence) (i32.const 2))))

  (func $halves (result i64)
    (i64.or
      (i64.extend_i32_u (i32.atomic.load (i32.const 4)))
      (i64.shl (i64.extend_i32_u (i32.atomic.load (i32.const 8))) (i64.const 32))))
  (func $even (result i32)
    (local $sequence i32)
    (loop $again
      (local.set $sequence (i32.atomic.load (i32.const 0)))
      (br_if $again (i32.and (local.get $sequence) (i32.const 1))))
    (local.get $sequence))

  (func (export "read") (result i64)
    (local $sequence i32) (local $value i64)
    (loop $again
      (local.set $sequence (call $even))
      (local.set $value (call $halves))
      (br_if $again (i32.ne (local.get $sequence) (i32.atomic.load (i32.const 0)))))
    (local.get $value))
  ;; Broken: nobody looks at the sequence again.
  (func (export "read_unchecked") (result i64)
    (drop (call $even))
    (call $halves)))
