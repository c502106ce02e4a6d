;; A counter in three shards, so that those who add do not meet. Its shards only grow.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0, 4, 8: the shards
  (func (export "add") (param $shard i32) (param $n i32)
    (drop (i32.atomic.rmw.add (i32.mul (local.get $shard) (i32.const 4)) (local.get $n))))
  (func $collect (result i32)
    (i32.add
      (i32.add (i32.atomic.load (i32.const 0)) (i32.atomic.load (i32.const 4)))
      (i32.atomic.load (i32.const 8))))

  ;; Two equal collects: nothing changed between them (Afek et al., "Atomic snapshots of shared
  ;; memory", J. ACM 1993).
  (func (export "read") (result i32)
    (local $sum i32) (local $before i32)
    (local.set $sum (call $collect))
    (loop $again
      (local.set $before (local.get $sum))
      (local.set $sum (call $collect))
      (br_if $again (i32.ne (local.get $sum) (local.get $before))))
    (local.get $sum))
  ;; Broken: a sum of shards of different times.
  (func (export "read_once") (result i32) (call $collect)))
