;; Wasm's wait and notify as operations of a cell, and an imitation.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: the cell    4: the bell of the imitation    8: how many wait there

  (func (export "load") (result i32) (i32.atomic.load (i32.const 0)))
  (func (export "store") (param $value i32) (i32.atomic.store (i32.const 0) (local.get $value)))
  (func (export "add") (param $n i32) (result i32)
    (i32.atomic.rmw.add (i32.const 0) (local.get $n)))
  (func (export "wait") (param $expected i32) (result i32)
    (memory.atomic.wait32 (i32.const 0) (local.get $expected) (i64.const 1_000_000)))
  (func (export "notify") (param $count i32) (result i32)
    (memory.atomic.notify (i32.const 0) (local.get $count)))

  ;; Broken: looks at the cell and sleeps at the bell, in two steps, and counts those as sleeping
  ;; who only intend to.
  (func (export "wait_at_bell") (param $expected i32) (result i32)
    (local $bell i32) (local $result i32)
    (local.set $bell (i32.atomic.load (i32.const 4)))
    (drop (i32.atomic.rmw.add (i32.const 8) (i32.const 1)))
    (local.set $result (i32.const 1))
    (if (i32.eq (i32.atomic.load (i32.const 0)) (local.get $expected))
      (then
        (local.set $result
          (memory.atomic.wait32 (i32.const 4) (local.get $bell) (i64.const 1_000_000)))
        (if (i32.eq (local.get $result) (i32.const 1))
          (then (local.set $result (i32.const 0))))))  ;; the bell has rung already
    (drop (i32.atomic.rmw.sub (i32.const 8) (i32.const 1)))
    (local.get $result))
  (func (export "ring_bell") (result i32)
    (local $sleeping i32)
    (local.set $sleeping (i32.atomic.load (i32.const 8)))
    (drop (i32.atomic.rmw.add (i32.const 4) (i32.const 1)))
    (drop (memory.atomic.notify (i32.const 4) (i32.const -1)))
    (local.get $sleeping)))
