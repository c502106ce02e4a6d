;; A log of up to three entries that are not 0, as a reader sees it: its entries, then -1.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0: entries reserved    4: entries committed    8 + 4 * i: entry i
  (func $reserve (param $entry i32) (result i32)
    (local $i i32)
    (local.set $i (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
    (i32.atomic.store offset=8 (i32.mul (local.get $i) (i32.const 4)) (local.get $entry))
    (local.get $i))
  ;; Commits in the order of the reservations.
  (func (export "append") (param $entry i32)
    (local $i i32)
    (local.set $i (call $reserve (local.get $entry)))
    (loop $again
      (br_if $again (i32.ne (i32.atomic.load (i32.const 4)) (local.get $i))))
    (i32.atomic.store (i32.const 4) (i32.add (local.get $i) (i32.const 1))))
  (func $entry (param $i i32) (param $end i32) (result i32)
    (local $entry i32)
    (local.set $entry (i32.atomic.load offset=8 (i32.mul (local.get $i) (i32.const 4))))
    (select (local.get $entry) (i32.const -1)
      (i32.and
        (i32.lt_u (local.get $i) (local.get $end))
        (i32.ne (local.get $entry) (i32.const 0)))))
  (func $entries (param $end i32) (result i32 i32 i32)
    (call $entry (i32.const 0) (local.get $end))
    (call $entry (i32.const 1) (local.get $end))
    (call $entry (i32.const 2) (local.get $end)))
  (func (export "read") (result i32 i32 i32)
    (call $entries (i32.atomic.load (i32.const 4))))

  ;; Broken together: an append returns although one before it has not got there, and readers stop
  ;; at the first gap.
  (func (export "append_without_order") (param $entry i32)
    (drop (call $reserve (local.get $entry))))
  (func (export "read_to_first_gap") (result i32 i32 i32)
    (call $entries (i32.const 3))))
