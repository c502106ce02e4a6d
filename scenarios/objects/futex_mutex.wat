;; The mutex with three states (Drepper, "Futexes are tricky", 2011, section 6).
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: the state, 0 free, 1 held, 2 held and perhaps waited for

  (func (export "acquire")
    (if (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i32.const 1))
      (then
        (loop $again
          (if (i32.atomic.rmw.xchg (i32.const 0) (i32.const 2))
            (then
              (drop (memory.atomic.wait32 (i32.const 0) (i32.const 2) (i64.const -1)))
              (br $again)))))))
  ;; Broken: who was woken believes to have it, although others may have come first.
  (func (export "acquire_without_recheck")
    (if (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i32.const 1))
      (then
        (if (i32.atomic.rmw.xchg (i32.const 0) (i32.const 2))
          (then
            (drop (memory.atomic.wait32 (i32.const 0) (i32.const 2) (i64.const -1))))))))
  (func (export "try_acquire") (result i32)
    (i32.eqz (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i32.const 1))))
  (func (export "release")
    (if (i32.eq (i32.atomic.rmw.xchg (i32.const 0) (i32.const 0)) (i32.const 2))
      (then
        (drop (memory.atomic.notify (i32.const 0) (i32.const 1)))))))
