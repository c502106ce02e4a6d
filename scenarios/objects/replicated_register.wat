;; A register in three replicas, of which two are a majority (Attiya, Bar-Noy and Dolev, "Sharing
;; memory robustly in message-passing systems", J. ACM 1995). There is one writer; what it writes
;; grows, so that values are their own time-stamps.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0, 4, 8: the replicas

  ;; A replica never goes back to an older value.
  (func $update (param $replica i32) (param $value i32)
    (local $old i32)
    (loop $again
      (local.set $old (i32.atomic.load (local.get $replica)))
      (if (i32.gt_u (local.get $value) (local.get $old))
        (then
          (br_if $again
            (i32.ne (local.get $old)
              (i32.atomic.rmw.cmpxchg (local.get $replica) (local.get $old)
                (local.get $value))))))))
  (func $next (param $replica i32) (result i32)
    (i32.rem_u (i32.add (local.get $replica) (i32.const 4)) (i32.const 12)))
  (func $newest (param $replica i32) (result i32)
    (local $one i32) (local $other i32)
    (local.set $one (i32.atomic.load (local.get $replica)))
    (local.set $other (i32.atomic.load (call $next (local.get $replica))))
    (select (local.get $one) (local.get $other)
      (i32.gt_u (local.get $one) (local.get $other))))

  (func (export "write") (param $value i32)
    (call $update (i32.const 0) (local.get $value))
    (call $update (i32.const 4) (local.get $value)))

  ;; From the majority that begins at this replica. What it has read, it writes back, so that the
  ;; next reader of another majority cannot find less.
  (func (export "read") (param $replica i32) (result i32)
    (local $value i32)
    (local.set $value (call $newest (local.get $replica)))
    (call $update (local.get $replica) (local.get $value))
    (call $update (call $next (local.get $replica)) (local.get $value))
    (local.get $value))
  ;; Broken: nothing is written back, which makes a regular register but no atomic one.
  (func (export "read_regular") (param $replica i32) (result i32)
    (call $newest (local.get $replica))))
