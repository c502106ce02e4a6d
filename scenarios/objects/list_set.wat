;; A set as a sorted list without locks (Harris, "A pragmatic implementation of non-blocking
;; linked-lists", DISC 2001, as Michael has it, SPAA 2002). Who removes a node marks its successor
;; first, so that nobody links anything behind it. Nodes are used once.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: the first node, or 0    8: where the last node is
  ;; of a node: 0: the next one, odd if this node is removed    4: the element

  (func $element (param $node i32) (result i32)
    (i32.atomic.load offset=4 (local.get $node)))
  (func $link (param $place i32) (param $old i32) (param $new i32) (result i32)
    (i32.eq (local.get $old)
      (i32.atomic.rmw.cmpxchg (local.get $place) (local.get $old) (local.get $new))))

  ;; The first node whose element is not smaller, and what comes before it. Removed nodes on the
  ;; way are unlinked.
  (func $find (param $element i32) (result i32 i32)
    (local $previous i32) (local $node i32) (local $next i32)
    (loop $again
      (local.set $previous (i32.const 0))
      (local.set $node (i32.atomic.load (i32.const 0)))
      (block $found
        (loop $walk
          (br_if $found (i32.eqz (local.get $node)))
          (local.set $next (i32.atomic.load (local.get $node)))
          (if (i32.and (local.get $next) (i32.const 1))
            (then
              (local.set $next (i32.sub (local.get $next) (i32.const 1)))
              (br_if $again
                (i32.eqz
                  (call $link (local.get $previous) (local.get $node) (local.get $next))))
              (local.set $node (local.get $next))
              (br $walk)))
          (br_if $found
            (i32.ge_s (call $element (local.get $node)) (local.get $element)))
          (local.set $previous (local.get $node))
          (local.set $node (local.get $next))
          (br $walk))))
    (local.get $previous)
    (local.get $node))
  (func $is (param $node i32) (param $element i32) (result i32)
    (if (i32.eqz (local.get $node)) (then (return (i32.const 0))))
    (i32.eq (call $element (local.get $node)) (local.get $element)))

  (func (export "insert") (param $element i32) (result i32)
    (local $new i32) (local $previous i32) (local $node i32)
    (local.set $new
      (i32.add (i32.const 16) (i32.atomic.rmw.add (i32.const 8) (i32.const 8))))
    (i32.atomic.store offset=4 (local.get $new) (local.get $element))
    (loop $again
      (call $find (local.get $element))
      (local.set $node)
      (local.set $previous)
      (if (call $is (local.get $node) (local.get $element)) (then (return (i32.const 0))))
      (i32.atomic.store (local.get $new) (local.get $node))
      (br_if $again
        (i32.eqz (call $link (local.get $previous) (local.get $node) (local.get $new)))))
    (i32.const 1))

  (func (export "remove") (param $element i32) (result i32)
    (local $previous i32) (local $node i32) (local $next i32)
    (loop $again
      (call $find (local.get $element))
      (local.set $node)
      (local.set $previous)
      (if (i32.eqz (call $is (local.get $node) (local.get $element)))
        (then (return (i32.const 0))))
      (local.set $next (i32.atomic.load (local.get $node)))
      (br_if $again (i32.and (local.get $next) (i32.const 1)))
      (br_if $again
        (i32.eqz
          (call $link (local.get $node) (local.get $next)
            (i32.add (local.get $next) (i32.const 1))))))
    (drop (call $link (local.get $previous) (local.get $node) (local.get $next)))
    (i32.const 1))
  ;; Broken: unlinks without a mark. What is linked behind the node at that time goes with it.
  (func (export "remove_unmarked") (param $element i32) (result i32)
    (local $previous i32) (local $node i32)
    (loop $again
      (call $find (local.get $element))
      (local.set $node)
      (local.set $previous)
      (if (i32.eqz (call $is (local.get $node) (local.get $element)))
        (then (return (i32.const 0))))
      (br_if $again
        (i32.eqz
          (call $link (local.get $previous) (local.get $node)
            (i32.atomic.load (local.get $node))))))
    (i32.const 1))

  (func (export "contains") (param $element i32) (result i32)
    (local $node i32) (local $next i32)
    (local.set $node (i32.atomic.load (i32.const 0)))
    (loop $walk
      (if (i32.eqz (local.get $node)) (then (return (i32.const 0))))
      (local.set $next (i32.atomic.load (local.get $node)))
      (if (i32.lt_s (call $element (local.get $node)) (local.get $element))
        (then
          (local.set $node (i32.and (local.get $next) (i32.const -2)))
          (br $walk))))
    (i32.and
      (call $is (local.get $node) (local.get $element))
      (i32.eqz (i32.and (local.get $next) (i32.const 1))))))
