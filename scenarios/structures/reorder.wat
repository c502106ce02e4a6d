;; The module of reorder_N.yaml, after "reorder" of SCTBench.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: a    4: b
  (func (export "set")
    (i32.atomic.store (i32.const 0) (i32.const 1))
    (i32.atomic.store (i32.const 4) (i32.const -1)))

  ;; (a == 0 && b == 0) || (a == 1 && b == -1), each operand read when C reads it
  (func (export "check") (result i32)
    (if (i32.eqz (i32.atomic.load (i32.const 0)))
      (then
        (if (i32.eqz (i32.atomic.load (i32.const 4))) (then (return (i32.const 1))))))
    (if (i32.ne (i32.atomic.load (i32.const 0)) (i32.const 1))
      (then (return (i32.const 0))))
    (i32.eq (i32.atomic.load (i32.const 4)) (i32.const -1)))

  ;; The fix: both words in one access.
  (func (export "set_both")
    (i64.atomic.store (i32.const 0) (i64.const 0xffff_ffff_0000_0001)))
  (func (export "check_both") (result i32)
    (local $both i64)
    (local.set $both (i64.atomic.load (i32.const 0)))
    (i32.or
      (i64.eqz (local.get $both))
      (i64.eq (local.get $both) (i64.const 0xffff_ffff_0000_0001)))))
