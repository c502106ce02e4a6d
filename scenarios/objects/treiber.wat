;; The stack of Treiber (IBM RJ 5118, 1986), whose nodes are used again. Node n has the value n.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: the head, as 32 bits of node and 32 bits of tag    8 + 4 * n: the successor of node n
  (func $successor (param $node i32) (result i32)
    (i32.atomic.load offset=8 (i32.mul (local.get $node) (i32.const 4))))
  (func $set_successor (param $node i32) (param $to i32)
    (i32.atomic.store offset=8 (i32.mul (local.get $node) (i32.const 4)) (local.get $to)))

  ;; Each change of the head has a tag of its own.
  (func $swing (param $head i64) (param $node i32) (result i32)
    (i64.eq (local.get $head)
      (i64.atomic.rmw.cmpxchg (i32.const 0) (local.get $head)
        (i64.or
          (i64.extend_i32_u (local.get $node))
          (i64.and
            (i64.add (local.get $head) (i64.const 0x1_0000_0000))
            (i64.const 0xffff_ffff_0000_0000))))))
  (func (export "push") (param $node i32)
    (local $head i64)
    (loop $again
      (local.set $head (i64.atomic.load (i32.const 0)))
      (call $set_successor (local.get $node) (i32.wrap_i64 (local.get $head)))
      (br_if $again (i32.eqz (call $swing (local.get $head) (local.get $node))))))
  (func (export "pop") (result i32)
    (local $head i64) (local $node i32)
    (loop $again
      (local.set $head (i64.atomic.load (i32.const 0)))
      (local.set $node (i32.wrap_i64 (local.get $head)))
      (if (i32.eqz (local.get $node)) (then (return (i32.const -1))))
      (br_if $again
        (i32.eqz (call $swing (local.get $head) (call $successor (local.get $node))))))
    (local.get $node))

  ;; Broken: the head may be the node that it was, and yet have another successor (ABA).
  (func (export "pop_untagged") (result i32)
    (local $head i32)
    (loop $again
      (local.set $head (i32.atomic.load (i32.const 0)))
      (if (i32.eqz (local.get $head)) (then (return (i32.const -1))))
      (br_if $again
        (i32.ne (local.get $head)
          (i32.atomic.rmw.cmpxchg (i32.const 0) (local.get $head)
            (call $successor (local.get $head))))))
    (local.get $head)))
