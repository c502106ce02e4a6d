;; A hash set with open addressing: writers hold a lock, readers do not.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: the lock    16 + 4 * i: slot i of 8: 0 is empty, -1 was removed, else the element
  (func $lock
    (loop $again
      (br_if $again (i32.atomic.rmw.cmpxchg (i32.const 0) (i32.const 0) (i32.const 1)))))
  (func $unlock (i32.atomic.store (i32.const 0) (i32.const 0)))
  (func $address (param $slot i32) (result i32)
    (i32.mul (i32.and (local.get $slot) (i32.const 7)) (i32.const 4)))
  (func $slot (param $slot i32) (result i32)
    (i32.atomic.load offset=16 (call $address (local.get $slot))))
  (func $set_slot (param $slot i32) (param $to i32)
    (i32.atomic.store offset=16 (call $address (local.get $slot)) (local.get $to)))

  ;; The slot that has the element, or else the empty one behind all that could have it.
  (func $find (param $element i32) (result i32)
    (local $slot i32) (local $seen i32)
    (local.set $slot (local.get $element))  ;; elements are their own hashes
    (block $found
      (loop $probe
        (local.set $seen (call $slot (local.get $slot)))
        (br_if $found (i32.eqz (local.get $seen)))
        (br_if $found (i32.eq (local.get $seen) (local.get $element)))
        (local.set $slot (i32.add (local.get $slot) (i32.const 1)))
        (br $probe)))
    (select (i32.sub (i32.const -1) (local.get $slot)) (local.get $slot)
      (i32.eqz (local.get $seen))))

  ;; Of $find's results those that are negative are empty slots.
  (func (export "contains") (param $element i32) (result i32)
    (i32.ge_s (call $find (local.get $element)) (i32.const 0)))
  (func (export "insert") (param $element i32) (result i32)
    (local $slot i32)
    (call $lock)
    (local.set $slot (call $find (local.get $element)))
    (if (i32.lt_s (local.get $slot) (i32.const 0))
      (then
        (call $set_slot (i32.sub (i32.const -1) (local.get $slot)) (local.get $element))))
    (call $unlock)
    (i32.lt_s (local.get $slot) (i32.const 0)))
  (func (export "remove") (param $element i32) (result i32)
    (local $slot i32)
    (call $lock)
    (local.set $slot (call $find (local.get $element)))
    (if (i32.ge_s (local.get $slot) (i32.const 0))
      (then (call $set_slot (local.get $slot) (i32.const -1))))
    (call $unlock)
    (i32.ge_s (local.get $slot) (i32.const 0)))

  ;; Broken: no slot stays behind as removed, the others move up (Knuth, TAOCP 6.4, algorithm R).
  ;; Who looks for one of those at that time may miss it.
  (func (export "remove_and_shift") (param $element i32) (result i32)
    (local $slot i32) (local $next i32) (local $moved i32)
    (call $lock)
    (local.set $slot (call $find (local.get $element)))
    (if (i32.lt_s (local.get $slot) (i32.const 0))
      (then
        (call $unlock)
        (return (i32.const 0))))
    (local.set $next (local.get $slot))
    (block $done
      (loop $more
        (local.set $next (i32.add (local.get $next) (i32.const 1)))
        (local.set $moved (call $slot (local.get $next)))
        (br_if $done (i32.eqz (local.get $moved)))
        (if (i32.ge_u
              (i32.and (i32.sub (local.get $next) (local.get $moved)) (i32.const 7))
              (i32.and (i32.sub (local.get $next) (local.get $slot)) (i32.const 7)))
          (then
            (call $set_slot (local.get $slot) (local.get $moved))
            (local.set $slot (local.get $next))))
        (br $more)))
    (call $set_slot (local.get $slot) (i32.const 0))
    (call $unlock)
    (i32.const 1)))
