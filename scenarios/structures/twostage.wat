;; The module of twostage_N.yaml, after "twostage" of SCTBench.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: lock A    4: lock B    8: data1, guarded by A    12: data2, guarded by B
  ;; A lock is 0 free, 1 locked, 2 locked and maybe waited for: uncontended, it is one access to
  ;; lock and one to unlock.
  (func $lock (param $at i32)
    (if (i32.atomic.rmw.cmpxchg (local.get $at) (i32.const 0) (i32.const 1))
      (then
        (loop $again
          (if (i32.atomic.rmw.xchg (local.get $at) (i32.const 2))
            (then
              (drop (memory.atomic.wait32 (local.get $at) (i32.const 2) (i64.const -1)))
              (br $again)))))))
  (func $unlock (param $at i32)
    (if (i32.eq (i32.atomic.rmw.xchg (local.get $at) (i32.const 0)) (i32.const 2))
      (then
        (drop (memory.atomic.notify (local.get $at) (i32.const 1))))))

  (func (export "write")
    (call $lock (i32.const 0))
    (i32.store (i32.const 8) (i32.const 1))
    (call $unlock (i32.const 0))
    (call $lock (i32.const 4))
    (i32.store (i32.const 12) (i32.add (i32.load (i32.const 8)) (i32.const 1)))
    (call $unlock (i32.const 4)))

  ;; 1 if data2 fits data1
  (func (export "read") (result i32)
    (local $data1 i32) (local $data2 i32)
    (call $lock (i32.const 0))
    (local.set $data1 (i32.load (i32.const 8)))
    (call $unlock (i32.const 0))
    (if (i32.eqz (local.get $data1)) (then (return (i32.const 1))))
    (call $lock (i32.const 4))
    (local.set $data2 (i32.load (i32.const 12)))
    (call $unlock (i32.const 4))
    (i32.eq (local.get $data2) (i32.add (local.get $data1) (i32.const 1))))

  ;; The fix: lock B is taken before lock A is given back, so that both stages are one.
  (func (export "write_fixed")
    (call $lock (i32.const 0))
    (i32.store (i32.const 8) (i32.const 1))
    (call $lock (i32.const 4))
    (call $unlock (i32.const 0))
    (i32.store (i32.const 12) (i32.const 2))
    (call $unlock (i32.const 4))))
