;; Mutual exclusion for two, by loads and stores alone (Peterson, "Myths about the mutual exclusion
;; problem", IPL 1981). `me` is 0 or 1.
(module
  (import "env" "memory" (memory 1 1 shared))
  ;; 0, 4: who is interested    8: who has to wait if both are

  (func $interested (param $who i32) (param $is i32)
    (i32.atomic.store (i32.mul (local.get $who) (i32.const 4)) (local.get $is)))
  (func $is_interested (param $who i32) (result i32)
    (i32.atomic.load (i32.mul (local.get $who) (i32.const 4))))
  (func $stay (param $me i32)
    (block $enter
      (loop $again
        (br_if $enter (i32.eqz (call $is_interested (i32.sub (i32.const 1) (local.get $me)))))
        (br_if $again (i32.eq (i32.atomic.load (i32.const 8)) (local.get $me))))))

  (func (export "acquire") (param $me i32)
    (call $interested (local.get $me) (i32.const 1))
    (i32.atomic.store (i32.const 8) (local.get $me))
    (call $stay (local.get $me)))
  ;; Broken: the two stores are in the other order.
  (func (export "acquire_in_wrong_order") (param $me i32)
    (i32.atomic.store (i32.const 8) (local.get $me))
    (call $interested (local.get $me) (i32.const 1))
    (call $stay (local.get $me)))
  (func (export "release") (param $me i32)
    (call $interested (local.get $me) (i32.const 0))))
