;; The module of treiber_3 and treiber_3_linearizable: a stack after Treiber, whose nodes are used once.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: the head    4 * n: the successor of node n    16 + 4 * n: how often node n was popped

  (func (export "push") (param $node i32)
    (local $head i32)
    (loop $again
      (local.set $head (i32.atomic.load (i32.const 0)))
      (i32.atomic.store (i32.mul (local.get $node) (i32.const 4)) (local.get $head))
      (br_if $again
        (i32.ne (local.get $head)
          (i32.atomic.rmw.cmpxchg (i32.const 0) (local.get $head) (local.get $node))))))
  ;; The node, or -1 if there is none.
  (func $pop (export "pop") (result i32)
    (local $head i32)
    (loop $again
      (local.set $head (i32.atomic.load (i32.const 0)))
      (if (i32.eqz (local.get $head)) (then (return (i32.const -1))))
      (br_if $again
        (i32.ne (local.get $head)
          (i32.atomic.rmw.cmpxchg (i32.const 0) (local.get $head)
            (i32.atomic.load (i32.mul (local.get $head) (i32.const 4)))))))
    (local.get $head))
  (func (export "take") (result i32)
    (local $node i32)
    (local.set $node (call $pop))
    (if (i32.gt_s (local.get $node) (i32.const 0))
      (then
        (drop (i32.atomic.rmw.add offset=16
          (i32.mul (local.get $node) (i32.const 4)) (i32.const 1)))))
    (local.get $node))

  ;; The number of a node that is neither popped once nor on the stack once; 0: there is none.
  (func (export "audit") (param $nodes i32) (result i32)
    (local $node i32)
    (local.set $node (i32.atomic.load (i32.const 0)))
    (block $done
      (loop $next
        (br_if $done (i32.eqz (local.get $node)))
        (drop (i32.atomic.rmw.add offset=16
          (i32.mul (local.get $node) (i32.const 4)) (i32.const 1)))
        (local.set $node (i32.atomic.load (i32.mul (local.get $node) (i32.const 4))))
        (br $next)))
    (block $found
      (loop $check
        (br_if $found (i32.eqz (local.get $nodes)))
        (br_if $found
          (i32.ne (i32.const 1)
            (i32.atomic.load offset=16 (i32.mul (local.get $nodes) (i32.const 4)))))
        (local.set $nodes (i32.sub (local.get $nodes) (i32.const 1)))
        (br $check)))
    (local.get $nodes)))
