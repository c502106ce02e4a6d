;; A mutex that its holder may acquire again. `me` is not 0.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: the holder, or 0    4: how often the holder has acquired it

  (func $try (export "try_acquire") (param $me i32) (result i32)
    (local $holder i32)
    (local.set $holder
      (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (local.get $me)))
    (if (i32.eqz (local.get $holder))
      (then
        (i32.atomic.store (i32.const 4) (i32.const 1))
        (return (i32.const 1))))
    (if (i32.ne (local.get $holder) (local.get $me)) (then (return (i32.const 0))))
    (i32.atomic.store (i32.const 4)
      (i32.add (i32.atomic.load (i32.const 4)) (i32.const 1)))
    (i32.const 1))
  (func (export "acquire") (param $me i32)
    (loop $again (br_if $again (i32.eqz (call $try (local.get $me))))))

  ;; Stores one less, and gives it.
  (func $less (result i32)
    (local $depth i32)
    (local.set $depth (i32.sub (i32.atomic.load (i32.const 4)) (i32.const 1)))
    (i32.atomic.store (i32.const 4) (local.get $depth))
    (local.get $depth))
  (func (export "release")
    (if (i32.eqz (call $less)) (then (i32.atomic.store (i32.const 0) (i32.const 0)))))
  ;; Broken: the mutex is free before the depth is written, which is then the next holder's.
  (func (export "release_holder_first")
    (if (i32.le_s (i32.atomic.load (i32.const 4)) (i32.const 1))
      (then
        (i32.atomic.store (i32.const 0) (i32.const 0))
        (i32.atomic.store (i32.const 4) (i32.const 0)))
      (else (drop (call $less))))))
