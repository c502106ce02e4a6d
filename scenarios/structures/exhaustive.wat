;; The module of writers_7, readers_13 and lastzero_10: programs by which searches for all executions are
;; measured.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 4 * i: word i

  ;; Writers and a reader: only what the reader reads can be observed.
  (func (export "write") (param $value i32)
    (i32.atomic.store (i32.const 0) (local.get $value)))
  (func (export "read") (result i32)
    (i32.atomic.load (i32.const 0)))

  ;; "lastzero": process i sets word i to word i - 1 plus 1; the reader looks for the last zero.
  (func (export "follow") (param $i i32)
    (local $at i32)
    (local.set $at (i32.mul (local.get $i) (i32.const 4)))
    (i32.atomic.store (local.get $at)
      (i32.add (i32.const 1)
        (i32.atomic.load (i32.sub (local.get $at) (i32.const 4))))))
  (func (export "last_zero") (param $i i32) (result i32)
    (loop $next
      (if (i32.atomic.load (i32.mul (local.get $i) (i32.const 4)))
        (then
          (local.set $i (i32.sub (local.get $i) (i32.const 1)))
          (br $next))))
    (local.get $i)))
