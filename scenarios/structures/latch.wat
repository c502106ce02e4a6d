;; The module of latch_N.yaml.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: how far it is
  ;; One notch further, if it is at `from`.
  (func (export "step") (param $from i32)
    (drop (i32.atomic.rmw.cmpxchg (i32.const 0) (local.get $from)
      (i32.add (local.get $from) (i32.const 1)))))
  ;; The fix: it never comes to the last notch.
  (func (export "step_below") (param $from i32) (param $last i32)
    (if (i32.lt_u (i32.add (local.get $from) (i32.const 1)) (local.get $last))
      (then
        (drop (i32.atomic.rmw.cmpxchg (i32.const 0) (local.get $from)
          (i32.add (local.get $from) (i32.const 1)))))))
  (func (export "at") (result i32)
    (i32.atomic.load (i32.const 0)))
  (func (export "is_below") (param $last i32) (result i32)
    (i32.lt_u (i32.atomic.load (i32.const 0)) (local.get $last))))
