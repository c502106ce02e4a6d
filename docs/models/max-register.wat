;; A register that keeps the largest value ever written.
(module
  (global (export "op.write/1") i32 (i32.const 0))
  (global (export "op.read/0/1") i32 (i32.const 1))
  (func (export "init") (result i64) (i64.const 0))
  (func (export "step")
    (param $largest i64)
    (param $operation i32) (param $a i64) (param $b i64)
    (param $has_result i32) (param $result i64)
    (result i32 i64)  ;; is it possible; the new state
    (if (result i32 i64) (local.get $operation)
      (then  ;; read: anything, if nobody knows what was read
        (i32.or (i32.eqz (local.get $has_result))
                (i64.eq (local.get $result) (local.get $largest)))
        (local.get $largest))
      (else  ;; write
        (i32.const 1)
        (select (local.get $a) (local.get $largest)
                (i64.gt_s (local.get $a) (local.get $largest)))))))
