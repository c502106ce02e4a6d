// For tests: random programs that build, link, walk and forget objects, as text.
//
// Every value of a reference type is somewhere while another expression is evaluated: in a local
// that is about to change, in a temporary, below a call, on the way to a label. Helper functions
// keep most accesses from trapping; the traps that remain are results like any others.
#pragma once

#include <initializer_list>
#include <string>

#include "core/rng.hpp"

namespace heddle::engine {

class RandomObjects {
 public:
  explicit RandomObjects(std::uint64_t seed) : rng_(seed) {}

  // Exports "run" (i32) -> i32, a digest of what was built, and "last" () -> a node.
  std::string module() {
    std::string text = kPrelude;
    for (function_ = 0; function_ < kFunctions; ++function_) {
      text += "(func $f" + std::to_string(function_) +
              " (param $p (ref null $node)) (param $x i32) (result (ref null $node))\n"
              "  (local $a (ref null $node)) (local $n i64) (local $b (ref null $node))\n"
              "  (local $i anyref) (local $k i32) (local $q (ref null $items))\n";
      for (std::uint64_t n = 1 + rng_.below(3); n != 0; --n) text += statement(2);
      text += node(4) + ")\n";
    }
    return text + kEpilogue;
  }

 private:
  static constexpr int kFunctions = 4;
  static constexpr const char* kPrelude = R"((module
(rec
  (type $node (sub (struct (field $b (mut i8)) (field $next (mut (ref null $node)))
                           (field $n (mut i32)) (field $items (mut (ref null $items))))))
  (type $big (sub $node (struct (field $b (mut i8)) (field $next (mut (ref null $node)))
                                (field $n (mut i32)) (field $items (mut (ref null $items)))
                                (field $v (mut i16)) (field $any (mut anyref)))))
  (type $items (array (mut (ref null $node)))))
(type $bytes (array (mut i8)))
(tag $t (param (ref null $node) i32))
(global $g (mut (ref null $node)) (struct.new $node
  (i32.const 1) (ref.null $node) (i32.const 2) (array.new $items (ref.null $node) (i32.const 2))))
(global $any (mut anyref) (ref.i31 (i32.const 5)))
(table $t 4 (ref null $node))
(elem $e (ref null $node) (item (struct.new_default $node)) (item (ref.null $node))
                          (item (struct.new_default $big)))
(func $next (param $o (ref null $node)) (result (ref null $node))
  (block $null (result (ref null $node))
    (return (struct.get $node $next (br_on_null $null (ref.null $node) (local.get $o))))))
(func $n (param $o (ref null $node)) (result i32)
  (if (result i32) (ref.is_null (local.get $o)) (then (i32.const 7))
    (else (i32.add (struct.get_s $node $b (local.get $o)) (struct.get $node $n (local.get $o))))))
(func $link (param $from (ref null $node)) (param $to (ref null $node)) (param $n i32)
  (if (ref.is_null (local.get $from)) (then (return)))
  (struct.set $node $next (local.get $from) (local.get $to))
  (struct.set $node $b (local.get $from) (local.get $n)))
(func $join (param $x (ref null $node)) (param $y (ref null $node)) (result (ref null $node))
  (struct.new $node (i32.const 9) (local.get $x) (call $n (local.get $y))
    (array.new_fixed $items 2 (local.get $x) (local.get $y))))
(func $item (param $o (ref null $node)) (param $at i32) (result (ref null $node))
  (local $items (ref null $items))
  (if (ref.is_null (local.get $o)) (then (return (ref.null $node))))
  (local.set $items (struct.get $node $items (local.get $o)))
  (if (ref.is_null (local.get $items)) (then (return (local.get $o))))
  (if (i32.ge_u (local.get $at) (array.len (local.get $items))) (then (return (local.get $o))))
  (array.get $items (local.get $items) (local.get $at)))
(func $digest (param $o (ref null $node)) (param $depth i32) (result i32)
  (if (i32.or (ref.is_null (local.get $o)) (i32.eqz (local.get $depth)))
    (then (return (i32.const 1))))
  (local.set $depth (i32.sub (local.get $depth) (i32.const 1)))
  (i32.add (call $n (local.get $o))
    (i32.mul (i32.const 31) (i32.add
      (call $digest (call $next (local.get $o)) (local.get $depth))
      (i32.mul (i32.const 17)
        (call $digest (call $item (local.get $o) (i32.const 1)) (local.get $depth)))))))
)";
  static constexpr const char* kEpilogue = R"(
(func (export "run") (param $x i32) (result i32)
  (global.set $g (call $f3 (call $f2 (global.get $g) (local.get $x)) (i32.const 3)))
  (i32.add (call $digest (global.get $g) (i32.const 5))
    (i32.add (call $digest (table.get $t (i32.const 0)) (i32.const 5))
             (ref.test (ref i31) (global.get $any)))))
(func (export "last") (result (ref null $node)) (global.get $g))
))";

  bool one_in(std::uint64_t n) { return rng_.below(n) == 0; }
  static std::string join(std::initializer_list<std::string> parts) {
    std::string text = "(";
    for (const std::string& part : parts) text += (text.size() > 1 ? " " : "") + part;
    return text + ")";
  }
  std::string local() { return one_in(3) ? "$p" : one_in(2) ? "$a" : "$b"; }
  std::string constant() { return join({"i32.const", std::to_string(rng_.below(300))}); }

  std::string leaf() {
    switch (rng_.below(6)) {
      case 0:
        return "(ref.null $node)";
      case 1:
        return "(global.get $g)";
      case 2:
        return "(struct.new_default $big)";
      default:
        return join({"local.get", local()});
    }
  }

  std::string node(int depth) {
    if (depth == 0) return leaf();
    const int d = depth - 1;
    switch (rng_.below(16)) {
      case 0:
      case 1:
        return join({"struct.new $node", i32(d), node(d), i32(d), items(d)});
      case 2:
        return join({"struct.new $big", i32(d), node(d), i32(d), items(d), i32(d), any(d)});
      case 3:
        return join({"call $next", node(d)});
      case 4:
        return join({"call $item", node(d), constant()});
      case 5:
        if (function_ == 0) return leaf();
        return join({"call $f" + std::to_string(rng_.below(static_cast<std::uint64_t>(function_))),
                     node(d), i32(d)});
      case 6:
        return join({"select (result (ref null $node))", node(d), node(d), i32(d)});
      case 7:
        return "(block $l (result (ref null $node)) (br_on_non_null $l " + node(d) + ") " +
               node(d) + ")";
      case 8:
        return "(block $l (result (ref null $node)) (br_on_cast $l anyref (ref null $node) " +
               any(d) + ") (drop) " + node(d) + ")";
      case 9:
        return "(table.get $t (i32.and (i32.const 3) " + i32(d) + "))";
      case 10:
        return join({"local.tee", local(), node(d)});
      case 11:
        return "(if (result (ref null $node)) " + i32(d) + " (then " + node(d) + ") (else " +
               statement(d) + node(d) + "))";
      case 12:
        return "(block $out (result (ref null $node)) (local.set $k (block $c (result (ref null "
               "$node) i32) (br $out (try_table (result (ref null $node)) (catch $t $c) " +
               node(d) + ")))))";
      case 13:
        return "(block $out (result (ref null $node)) (block $c (result exnref) (br $out "
               "(try_table "
               "(result (ref null $node)) (catch_all_ref $c) " +
               node(d) + "))) (drop (ref.is_null)) " + node(d) + ")";
      case 14:
        return loop(d);
      default:
        return leaf();
    }
  }

  // A loop that hands a node and an array from round to round, past a value that stays below: a
  // node, which is joined to the result, or a number, which is forgotten.
  std::string loop(int d) {
    const bool keeps_node = one_in(2);
    return "(local.set $n (i64.const " + std::to_string(1 + rng_.below(3)) + ")) " + node(d) + " " +
           items(d) +
           " (loop $l (param (ref null $node) (ref null $items)) (result (ref null $node))"
           " (local.set $q) (local.set $b)"
           " (local.set $n (i64.sub (local.get $n) (i64.const 1)))" +
           (keeps_node ? node(d) : i32(d)) + " (struct.new $node " + i32(d) +
           " (local.get $b) (i32.const 4) (local.get $q))" + items(d) +
           " (br_if $l (i64.ne (local.get $n) (i64.const 0)))" + " (drop " + i32(d) + ")" +
           " (local.set $q)" +
           (keeps_node ? " (call $join)" : " (local.set $b) (drop) (local.get $b)") + ")";
  }

  std::string items(int depth) {
    if (depth == 0) return "(ref.null $items)";
    const int d = depth - 1;
    switch (rng_.below(5)) {
      case 0:
        return "(array.new $items " + node(d) + " (i32.and (i32.const 3) " + i32(d) + "))";
      case 1:
        return join({"array.new_fixed $items 2", node(d), node(d)});
      case 2:
        return "(array.new_default $items (i32.const 3))";
      case 3:
        return "(array.new_elem $items $e (i32.const 1) (i32.const 2))";
      default:
        return "(ref.null $items)";
    }
  }

  std::string any(int depth) {
    if (depth == 0) return "(local.get $i)";
    const int d = depth - 1;
    switch (rng_.below(7)) {
      case 0:
        return join({"ref.i31", i32(d)});
      case 1:
        return items(d);
      case 2:
        return "(array.new $bytes " + i32(d) + " (i32.const 40))";
      case 3:
        return "(global.get $any)";
      case 4:
        return "(any.convert_extern (extern.convert_any " + any(d) + "))";
      case 5:
        return one_in(4) ? "(struct.get $big $any (ref.cast (ref $big) " + node(d) + "))"
                         : join({"local.tee $i", any(d)});
      default:
        return node(d);
    }
  }

  std::string i32(int depth) {
    if (depth == 0) return one_in(2) ? constant() : "(local.get $x)";
    const int d = depth - 1;
    switch (rng_.below(9)) {
      case 0:
        return join({"call $n", node(d)});
      case 1:
        return join({"ref.eq", node(d), node(d)});
      case 2:
        return join({"ref.test (ref $big)", node(d)});
      case 3:
        return join({"i32.add", i32(d), i32(d)});
      case 4:
        return "(array.len (array.new_default $bytes (i32.and (i32.const 15) " + i32(d) + ")))";
      case 5:
        return join({"ref.is_null", any(d)});
      case 6:
        return join({"i31.get_u", join({"ref.i31", i32(d)})});
      default:
        return constant();
    }
  }

  std::string statement(int depth) {
    if (depth == 0) return "\n  " + join({"local.set", local(), leaf()});
    const int d = depth - 1;
    switch (rng_.below(9)) {
      case 0:
        return "\n  " + join({"global.set $g", node(d)});
      case 1:
        return "\n  (table.set $t (i32.and (i32.const 3) " + i32(d) + ") " + node(d) + ")";
      case 2:
        return "\n  " + join({"call $link", node(d), node(d), i32(d)});
      case 3:
        return "\n  " + join({"global.set $any", any(d)});
      case 4:
        return "\n  " + join({"local.set $i", any(d)});
      case 5:
        return "\n  (if " + i32(d) + " (then (throw $t " + node(d) + " " + i32(d) + ")))";
      case 6:
        return "\n  (table.fill $t (i32.const 1) " + node(d) + " (i32.const 2))";
      default:
        return "\n  " + join({"local.set", local(), node(depth)});
    }
  }

  core::Rng rng_;
  int function_ = 0;
};

}  // namespace heddle::engine
