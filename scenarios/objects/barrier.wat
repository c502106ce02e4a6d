;; A barrier that is used again and again: who comes last begins the next generation (the sense of
;; a sense-reversing barrier, counted: Mellor-Crummey and Scott, TOCS 1991, section 3).
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: how many have come    4: the generation

  ;; Comes; the generation, and whether all are there. Who is last has opened the barrier.
  (func $arrive (param $parties i32) (result i32 i32)
    (local $generation i32)
    (local.set $generation (i32.atomic.load (i32.const 4)))
    (local.get $generation)
    (if (result i32)
      (i32.eq (local.get $parties)
        (i32.add (i32.atomic.rmw.add (i32.const 0) (i32.const 1)) (i32.const 1)))
      (then
        (i32.atomic.store (i32.const 0) (i32.const 0))
        (i32.atomic.store (i32.const 4) (i32.add (local.get $generation) (i32.const 1)))
        (drop (memory.atomic.notify (i32.const 4) (i32.const -1)))
        (i32.const 1))
      (else (i32.const 0))))
  (func (export "wait") (param $parties i32)
    (local $generation i32)
    (call $arrive (local.get $parties))
    (if (param i32)
      (then (drop) (return))
      (else (local.set $generation)))
    (loop $again
      (if (i32.eq (local.get $generation) (i32.atomic.load (i32.const 4)))
        (then
          (drop
            (memory.atomic.wait32 (i32.const 4) (local.get $generation) (i64.const -1)))
          (br $again)))))
  ;; Broken: whose patience is at its end leaves as if all had come.
  (func (export "wait_for_a_while") (param $parties i32)
    (local $generation i32)
    (call $arrive (local.get $parties))
    (if (param i32)
      (then (drop) (return))
      (else (local.set $generation)))
    (drop
      (memory.atomic.wait32 (i32.const 4) (local.get $generation) (i64.const 1_000_000)))))
