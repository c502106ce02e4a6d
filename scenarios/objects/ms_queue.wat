;; The queue of Michael and Scott ("Simple, fast, and practical non-blocking and blocking
;; concurrent queue algorithms", PODC 1996): a list with a node in front of its first, and a tail
;; that may lag behind by one. Nodes are used once.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: the head    4: the tail    8: where the last node is; of a node: 0: the next one    4: its value
  (func $begin (export "begin")
    (i32.atomic.store (i32.const 0) (i32.const 16))
    (i32.atomic.store (i32.const 4) (i32.const 16))
    (i32.atomic.store (i32.const 8) (i32.const 16)))

  (func (export "enqueue") (param $value i32)
    (local $node i32) (local $last i32) (local $next i32)
    (local.set $node
      (i32.add (i32.const 8) (i32.atomic.rmw.add (i32.const 8) (i32.const 8))))
    (i32.atomic.store offset=4 (local.get $node) (local.get $value))
    (loop $again
      (local.set $last (i32.atomic.load (i32.const 4)))
      (local.set $next
        (i32.atomic.rmw.cmpxchg (local.get $last) (i32.const 0) (local.get $node)))
      (drop
        (i32.atomic.rmw.cmpxchg (i32.const 4) (local.get $last)
          (select (local.get $next) (local.get $node) (local.get $next))))
      (br_if $again (local.get $next))))

  (func (export "dequeue") (result i32)
    (local $first i32) (local $last i32) (local $next i32)
    (loop $again
      (local.set $first (i32.atomic.load (i32.const 0)))
      (local.set $last (i32.atomic.load (i32.const 4)))
      (local.set $next (i32.atomic.load (local.get $first)))
      (if (i32.eqz (local.get $next)) (then (return (i32.const -1))))
      (if (i32.eq (local.get $first) (local.get $last))
        (then
          (drop (i32.atomic.rmw.cmpxchg (i32.const 4) (local.get $last) (local.get $next)))
          (br $again)))
      (br_if $again
        (i32.ne (local.get $first)
          (i32.atomic.rmw.cmpxchg (i32.const 0) (local.get $first) (local.get $next)))))
    (i32.atomic.load offset=4 (local.get $next)))
  ;; Broken: the head moves by a store, for several dequeuers at once.
  (func (export "dequeue_by_store") (result i32)
    (local $first i32) (local $next i32)
    (local.set $first (i32.atomic.load (i32.const 0)))
    (local.set $next (i32.atomic.load (local.get $first)))
    (if (i32.eqz (local.get $next)) (then (return (i32.const -1))))
    (i32.atomic.store (i32.const 0) (local.get $next))
    (i32.atomic.load offset=4 (local.get $next))))
