// One cell: register, cas-register, counter, and Wasm's atomic cells of each width.
#include <cstdint>

#include "harness/models/models.hpp"
#include "harness/models/table_model.hpp"

namespace heddle::harness {

namespace {

std::int64_t sum(std::int64_t left, std::int64_t right) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(left) +
                                   static_cast<std::uint64_t>(right));
}

std::int64_t difference(std::int64_t left, std::int64_t right) {
  return static_cast<std::int64_t>(static_cast<std::uint64_t>(left) -
                                   static_cast<std::uint64_t>(right));
}

Effect read(ModelState& state, const ModelCall&) { return {.result = state[0]}; }

Effect write(ModelState& state, const ModelCall& call) {
  state[0] = call.arguments[0];
  return {};
}

// Gives the old value, and puts the new one.
Effect replace(ModelState& state, std::int64_t value) {
  const std::int64_t old = state[0];
  state[0] = value;
  return {.result = old};
}

Effect exchange(ModelState& state, const ModelCall& call) {
  return replace(state, call.arguments[0]);
}

Effect cas(ModelState& state, const ModelCall& call) {
  if (state[0] != call.arguments[0]) return {.result = 0};
  state[0] = call.arguments[1];
  return {.result = 1};
}

Effect compare_exchange(ModelState& state, const ModelCall& call) {
  return replace(state, state[0] == call.arguments[0] ? call.arguments[1] : state[0]);
}

Effect add(ModelState& state, const ModelCall& call) {
  return replace(state, sum(state[0], call.arguments[0]));
}

Effect subtract(ModelState& state, const ModelCall& call) {
  return replace(state, difference(state[0], call.arguments[0]));
}

Effect add_and_get(ModelState& state, const ModelCall& call) {
  state[0] = sum(state[0], call.arguments[0]);
  return {.result = state[0]};
}

Effect increment(ModelState& state, const ModelCall&) { return replace(state, sum(state[0], 1)); }

Effect decrement(ModelState& state, const ModelCall&) {
  return replace(state, difference(state[0], 1));
}

const TableRow kRead{{"read", "get", "load"}, Verb::Read, 0, true, read};
const TableRow kWrite{{"write", "set", "store", "put"}, Verb::Write, 1, false, write};

std::vector<TableRow> cas_rows() {
  return {kRead,
          kWrite,
          {{"cas", "compare_and_set"}, Verb::Cas, 2, true, cas},
          {{"compare_exchange", "cmpxchg"}, Verb::CompareExchange, 2, true, compare_exchange},
          {{"exchange", "xchg", "swap"}, Verb::Exchange, 1, true, exchange}};
}

MadeModel make_cell(std::string_view name, const InitialState& initial,
                    const std::vector<TableRow>& rows) {
  const std::int64_t value = initial.value == core::kUnknown ? 0 : initial.value.word;
  return std::make_unique<TableModel>(name, ModelState{value}, rows,
                                      TableOptions{.family = Family::Register});
}

// Wasm's atomic instructions: values wrap to the width and are read zero-extended; the expected
// value of a compare and exchange is not wrapped (core specification, "rmw.cmpxchg").
template <int kBits>
struct Wasm {
  static constexpr std::uint64_t kMask = ~std::uint64_t{0} >> (64 - kBits);

  static std::int64_t wrap(std::int64_t value) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(value) & kMask);
  }

  // An i32 is sign-extended in a history, an i64 is not: of 32 bits both are the same value.
  static std::int64_t unsigned_of(std::int64_t value) {
    const bool is_i32 = kBits == 32 && value < 0 && value >= INT32_MIN;
    return is_i32 ? wrap(value) : value;
  }

  template <typename Operator>
  static Effect modify(ModelState& state, const ModelCall& call, Operator apply) {
    const auto old = static_cast<std::uint64_t>(state[0]);
    const auto value = static_cast<std::uint64_t>(call.arguments[0]);
    return replace(state, wrap(static_cast<std::int64_t>(apply(old, value))));
  }

  static Effect store(ModelState& state, const ModelCall& call) {
    state[0] = wrap(call.arguments[0]);
    return {};
  }
  static Effect add(ModelState& state, const ModelCall& call) {
    return modify(state, call, [](auto old, auto value) { return old + value; });
  }
  static Effect sub(ModelState& state, const ModelCall& call) {
    return modify(state, call, [](auto old, auto value) { return old - value; });
  }
  static Effect bit_and(ModelState& state, const ModelCall& call) {
    return modify(state, call, [](auto old, auto value) { return old & value; });
  }
  static Effect bit_or(ModelState& state, const ModelCall& call) {
    return modify(state, call, [](auto old, auto value) { return old | value; });
  }
  static Effect bit_xor(ModelState& state, const ModelCall& call) {
    return modify(state, call, [](auto old, auto value) { return old ^ value; });
  }
  static Effect xchg(ModelState& state, const ModelCall& call) {
    return modify(state, call, [](auto, auto value) { return value; });
  }
  static Effect cmpxchg(ModelState& state, const ModelCall& call) {
    const bool is_expected = state[0] == unsigned_of(call.arguments[0]);
    return replace(state, is_expected ? wrap(call.arguments[1]) : state[0]);
  }

  class Cell final : public TableModel {
   public:
    using TableModel::TableModel;

   protected:
    [[nodiscard]] bool is_result(std::int64_t expected, const ModelCall& call) const override {
      return expected == unsigned_of(call.result);
    }
  };

  static MadeModel make(std::string_view name, const InitialState& initial) {
    HEDDLE_LET(const std::int64_t value, integer_state(initial, 0));
    const std::vector<TableRow> rows{
        kRead,
        {{"store", "write", "set"}, Verb::Write, 1, false, store},
        {{"add", "fetch_add"}, Verb::Other, 1, true, add},
        {{"sub", "fetch_sub"}, Verb::Other, 1, true, sub},
        {{"and", "fetch_and"}, Verb::Other, 1, true, bit_and},
        {{"or", "fetch_or"}, Verb::Other, 1, true, bit_or},
        {{"xor", "fetch_xor"}, Verb::Other, 1, true, bit_xor},
        {{"xchg", "exchange"}, Verb::Other, 1, true, xchg},
        {{"cmpxchg", "compare_exchange"}, Verb::Other, 2, true, cmpxchg}};
    return std::make_unique<Cell>(name, ModelState{wrap(value)}, rows,
                                  TableOptions{.takes_integers = true});
  }
};

}  // namespace

MadeModel make_register(const InitialState& initial) {
  return make_cell("register", initial, {kRead, kWrite});
}

MadeModel make_cas_register(const InitialState& initial) {
  return make_cell("cas-register", initial, cas_rows());
}

MadeModel make_counter(const InitialState& initial) {
  HEDDLE_LET(const std::int64_t value, integer_state(initial, 0));
  // Jepsen's "add" says nothing of the value before.
  const std::vector<TableRow> rows{kRead,
                                   {{"add"}, Verb::Other, 1, false, add},
                                   {{"fetch_add"}, Verb::Other, 1, true, add},
                                   {{"fetch_sub"}, Verb::Other, 1, true, subtract},
                                   {{"add_and_get"}, Verb::Other, 1, true, add_and_get},
                                   {{"increment", "inc"}, Verb::Other, 0, true, increment},
                                   {{"decrement", "dec"}, Verb::Other, 0, true, decrement}};
  return std::make_unique<TableModel>("counter", ModelState{value}, rows,
                                      TableOptions{.takes_integers = true});
}

MadeModel make_cell_8(const InitialState& initial) { return Wasm<8>::make("cell-8", initial); }
MadeModel make_cell_16(const InitialState& initial) { return Wasm<16>::make("cell-16", initial); }
MadeModel make_cell_32(const InitialState& initial) { return Wasm<32>::make("cell-32", initial); }
MadeModel make_cell_64(const InitialState& initial) { return Wasm<64>::make("cell-64", initial); }

}  // namespace heddle::harness
