;; The queue of Herlihy and Wing ("Linearizability: a correctness condition for concurrent
;; objects", TOPLAS 1990, section 4.2), whose dequeue waits for an element. No step of an enqueue
;; is always the one at which it takes effect.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: how many slots are taken    4 + 4 * i: the value in slot i, or 0
  (func (export "enqueue") (param $value i32)
    (i32.atomic.store offset=4
      (i32.mul (i32.atomic.rmw.add (i32.const 0) (i32.const 1)) (i32.const 4))
      (local.get $value)))

  ;; The first value of all slots, or 0.
  (func $scan (result i32)
    (local $slot i32) (local $end i32) (local $value i32)
    (local.set $end (i32.mul (i32.atomic.load (i32.const 0)) (i32.const 4)))
    (block $done
      (loop $next
        (br_if $done (i32.ge_u (local.get $slot) (local.get $end)))
        (local.set $value (i32.atomic.rmw.xchg offset=4 (local.get $slot) (i32.const 0)))
        (local.set $slot (i32.add (local.get $slot) (i32.const 4)))
        (br_if $next (i32.eqz (local.get $value)))))
    (local.get $value))
  (func (export "dequeue") (result i32)
    (local $value i32)
    (loop $again
      (local.set $value (call $scan))
      (br_if $again (i32.eqz (local.get $value))))
    (local.get $value))
  ;; Broken: having found nothing does not mean that there was nothing at any one time.
  (func (export "dequeue_scanning_once") (result i32)
    (local $value i32)
    (local.set $value (call $scan))
    (select (local.get $value) (i32.const -1) (local.get $value))))
