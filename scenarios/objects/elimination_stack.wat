;; A stack on which those who push and pop at the same time may meet next to it (Hendler, Shavit and
;; Yerushalmi, "A scalable lock-free stack algorithm", SPAA 2004), with one place to meet. Node n
;; has the value n, and is used once.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: the head    4: the place: 0, or a value that is offered, or -1: it was taken
  ;; 8 + 4 * n: the successor of node n
  (func $swap (param $at i32) (param $old i32) (param $new i32) (result i32)
    (i32.eq (local.get $old)
      (i32.atomic.rmw.cmpxchg (local.get $at) (local.get $old) (local.get $new))))
  (func $successor (param $node i32) (result i32)
    (i32.atomic.load offset=8 (i32.mul (local.get $node) (i32.const 4))))

  (func $try_push (param $node i32) (result i32)
    (local $head i32)
    (local.set $head (i32.atomic.load (i32.const 0)))
    (i32.atomic.store offset=8 (i32.mul (local.get $node) (i32.const 4)) (local.get $head))
    (call $swap (i32.const 0) (local.get $head) (local.get $node)))
  ;; Offers it, and takes the offer back. Whether somebody was faster.
  (func $offer (param $node i32) (result i32)
    (if (i32.eqz (call $swap (i32.const 4) (i32.const 0) (local.get $node)))
      (then (return (i32.const 0))))
    (if (call $swap (i32.const 4) (local.get $node) (i32.const 0))
      (then (return (i32.const 0))))
    (i32.atomic.store (i32.const 4) (i32.const 0))
    (i32.const 1))
  (func (export "push") (param $node i32)
    (loop $again
      (if (call $try_push (local.get $node)) (then (return)))
      (br_if $again (i32.eqz (call $offer (local.get $node))))))
  ;; Broken: takes the offer back without looking whether it is still there.
  (func (export "push_blindly") (param $node i32)
    (loop $again
      (if (call $try_push (local.get $node)) (then (return)))
      (if (call $swap (i32.const 4) (i32.const 0) (local.get $node))
        (then (i32.atomic.store (i32.const 4) (i32.const 0))))
      (br $again)))

  ;; What is offered, or -1.
  (func $take (result i32)
    (local $offered i32)
    (local.set $offered (i32.atomic.load (i32.const 4)))
    (if (i32.gt_s (local.get $offered) (i32.const 0))
      (then
        (if (call $swap (i32.const 4) (local.get $offered) (i32.const -1))
          (then (return (local.get $offered))))))
    (i32.const -1))
  (func (export "pop") (result i32)
    (local $head i32)
    (loop $again
      (local.set $head (i32.atomic.load (i32.const 0)))
      (if (i32.eqz (local.get $head)) (then (return (call $take))))
      (if (call $swap (i32.const 0) (local.get $head) (call $successor (local.get $head)))
        (then (return (local.get $head))))
      (local.set $head (call $take))
      (br_if $again (i32.lt_s (local.get $head) (i32.const 0))))
    (local.get $head)))
