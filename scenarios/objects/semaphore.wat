;; A semaphore whose permits are the futex.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: the permits
  (func (export "begin_with") (param $permits i32)
    (i32.atomic.store (i32.const 0) (local.get $permits)))

  (func $try (export "try_acquire") (result i32)
    (local $permits i32)
    (loop $again
      (local.set $permits (i32.atomic.load (i32.const 0)))
      (if (i32.eqz (local.get $permits)) (then (return (i32.const 0))))
      (br_if $again
        (i32.ne (local.get $permits)
          (i32.atomic.rmw.cmpxchg (i32.const 0) (local.get $permits)
            (i32.sub (local.get $permits) (i32.const 1))))))
    (i32.const 1))
  ;; Broken: two may see the last permit, and both take it.
  (func (export "try_acquire_seen") (result i32)
    (if (i32.le_s (i32.atomic.load (i32.const 0)) (i32.const 0))
      (then (return (i32.const 0))))
    (drop (i32.atomic.rmw.sub (i32.const 0) (i32.const 1)))
    (i32.const 1))
  (func (export "acquire")
    (loop $again
      (if (i32.eqz (call $try))
        (then
          (drop (memory.atomic.wait32 (i32.const 0) (i32.const 0) (i64.const -1)))
          (br $again)))))
  (func (export "release")
    (drop (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 0) (i32.const 1)))))
