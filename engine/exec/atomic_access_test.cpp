// Every atomic access of the opcode table: its result, the memory, the neighbours, its traps and
// its event, on shared and unshared memory. The expectations are computed here, on plain integers.
#include <gmock/gmock.h>

#include "engine/exec/thread_fixture.hpp"
#include "engine/valid/signature.hpp"

namespace heddle::engine {
namespace {

constexpr std::uint64_t kBefore = 0x8877'6655'4433'2211;
constexpr std::uint64_t kOperand = 0xf1e2'd3c4'b5a6'9788;
constexpr std::uint64_t kNeighbour = 0x5a5a'5a5a'5a5a'5a5a;
constexpr std::uint64_t kAddress = 16;

bool is_atomic_access(Opcode opcode) {
  const Shape shape = info(opcode).shape;
  return shape == Shape::AtomicLoad || shape == Shape::AtomicStore || shape == Shape::AtomicRmw ||
         shape == Shape::AtomicCmpxchg;
}

std::uint64_t mask(std::size_t bytes) {
  return bytes == 8 ? ~std::uint64_t{0} : (std::uint64_t{1} << (8 * bytes)) - 1;
}
std::uint64_t mask(ValueType type) { return mask(type == kI32 ? 4 : 8); }

// (func (export "run") (param i32 ...) (result ...) (OP (local.get 0) ...))
std::string module_text(Opcode opcode, bool is_shared, std::uint32_t offset) {
  const Signature& types = signature(opcode);
  std::string text = "(module (memory (export \"m\") 1 1";
  text += is_shared ? " shared)" : ")";
  text += " (func (export \"run\") (param";
  for (std::size_t i = 0; i < types.operand_count; ++i) text += ' ' + to_string(types.operands[i]);
  text += ')';
  if (types.has_result) text += " (result " + to_string(types.result) + ")";
  text += " (" + std::string(info(opcode).mnemonic) + " offset=" + std::to_string(offset);
  for (std::size_t i = 0; i < types.operand_count; ++i) {
    text += " (local.get " + std::to_string(i) + ")";
  }
  return text + ")))";
}

struct Expectation {
  std::uint64_t result = 0;  // of instructions that have one
  std::uint64_t after = 0;   // the bytes accessed
  core::ActionKind kind = core::ActionKind::ReadModifyWrite;
};

// What the instruction does with the bytes `before` (already of the access's width).
Expectation expect(Opcode opcode, std::uint64_t before, std::uint64_t operand,
                   std::uint64_t replacement) {
  const std::string_view mnemonic = info(opcode).mnemonic;
  const std::uint64_t bits = mask(std::size_t{info(opcode).access_bytes});
  const auto has = [&](std::string_view part) { return mnemonic.contains(part); };
  if (has(".load")) return {before, before, core::ActionKind::Read};
  if (has(".store")) return {0, operand & bits, core::ActionKind::Write};
  if (has("cmpxchg")) {
    if (before != (operand & bits)) return {before, before, core::ActionKind::Read};
    return {before, replacement & bits};
  }
  if (has(".add")) return {before, (before + operand) & bits};
  if (has(".sub")) return {before, (before - operand) & bits};
  if (has(".and")) return {before, before & operand & bits};
  if (has(".or")) return {before, (before | operand) & bits};
  if (has(".xor")) return {before, (before ^ operand) & bits};
  return {before, operand & bits};  // xchg
}

// One instruction in a module of its own.
class Access {
 public:
  Access(Opcode opcode, bool is_shared)
      : opcode_(opcode),
        is_shared_(is_shared),
        instance_(&agent_.instantiate(module_text(opcode, is_shared, kOffset))) {}

  [[nodiscard]] std::size_t bytes() const { return info(opcode_).access_bytes; }

  std::uint64_t& word(std::uint64_t address) {
    return reinterpret_cast<std::uint64_t*>(instance_->memories[0]->base())[address / 8];
  }
  // With the operand for cmpxchg's comparison given.
  core::Outcome run(std::uint64_t address, std::uint64_t operand = kOperand) {
    const Signature& types = signature(opcode_);
    std::vector<Slot> arguments{address - kOffset};
    if (types.operand_count > 1) arguments.push_back(operand & mask(types.operands[1]));
    if (types.operand_count > 2) arguments.push_back(kOperand & mask(types.operands[2]));
    return agent_.call(*instance_, "run", arguments);
  }
  void check(std::uint64_t operand) {
    word(kAddress - 8) = kNeighbour;
    word(kAddress) = kBefore;
    word(kAddress + 8) = kNeighbour;
    const core::Outcome outcome = run(kAddress, operand);
    const std::uint64_t before = kBefore & mask(bytes());
    const Expectation expected = expect(opcode_, before, operand, kOperand);
    ASSERT_EQ(outcome.kind, core::OutcomeKind::Returned) << outcome.message;
    if (signature(opcode_).has_result) {
      EXPECT_EQ(outcome.values.at(0).low, expected.result);
    }
    EXPECT_EQ(word(kAddress), (kBefore & ~mask(bytes())) | expected.after);
    EXPECT_EQ(word(kAddress - 8), kNeighbour);
    EXPECT_EQ(word(kAddress + 8), kNeighbour);
    check_event(expected, before, operand);
  }
  void check_event(const Expectation& expected, std::uint64_t before, std::uint64_t operand) {
    ASSERT_EQ(agent_.trace.events.size(), is_shared_ ? 1U : 0U);
    EXPECT_EQ(agent_.context.steps, agent_.trace.events.size());
    if (!is_shared_) return;
    core::Action action{.kind = expected.kind,
                        .ordering = core::Ordering::SeqCst,
                        .location = {core::RegionKind::Memory, 0, kAddress},
                        .size_bytes = bytes()};
    if (expected.kind != core::ActionKind::Write) action.read_value = before;
    if (expected.kind != core::ActionKind::Read) action.written_value = expected.after;
    if (info(opcode_).mnemonic.contains("cmpxchg")) {
      action.condition = core::Condition::Write;
      action.compared_value = operand & mask(bytes());
    }
    EXPECT_EQ(agent_.trace.actions.at(0), action);
  }
  void check_end() {
    EXPECT_EQ(run(kPageBytes - bytes()).kind, core::OutcomeKind::Returned);
    agent_.trace = {};
  }
  void check_trap(std::uint64_t address, const std::string& message) {
    EXPECT_EQ(core::to_string(run(address)), "trapped: " + message);
    ASSERT_EQ(agent_.trace.events.size(), is_shared_ ? 1U : 0U);
    if (!is_shared_) return;
    const core::Action action = agent_.trace.actions.at(0);
    agent_.trace = {};
    EXPECT_EQ(action, (core::Action{.kind = core::ActionKind::Read,
                                    .location = {core::RegionKind::MemoryLength, 0, 0},
                                    .size_bytes = 4,
                                    .read_value = 1}));
  }

 private:
  static constexpr std::uint32_t kOffset = 8;
  OneAgent agent_;
  Opcode opcode_;
  bool is_shared_;
  Instance* instance_;
};

// Calls f with every atomic access that accesses at least so many bytes.
void for_each_access(std::size_t bytes_min, auto&& f) {
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto opcode = static_cast<Opcode>(i);
    if (!is_atomic_access(opcode) || info(opcode).access_bytes < bytes_min) continue;
    for (const bool is_shared : {false, true}) {
      SCOPED_TRACE(info(opcode).mnemonic);
      Access access(opcode, is_shared);
      f(access);
    }
  }
}

TEST(AtomicAccess, ReturnsTheOldValueAndChangesNothingElse) {
  int count = 0;
  for_each_access(1, [&](Access& access) {
    access.check(kOperand);
    ++count;
  });
  EXPECT_EQ(count, 2 * (7 + 7 + 6 * 7 + 7));
}

TEST(AtomicAccess, ComparesOnlyTheBytesItAccesses) {
  for_each_access(1, [](Access& access) { access.check(kBefore); });
}

TEST(AtomicAccess, TrapsWhereItIsNotAligned) {
  for_each_access(2, [](Access& access) {
    access.check_trap(kAddress + access.bytes() / 2, "unaligned atomic");
  });
}

TEST(AtomicAccess, ReachesTheLastBytesOfTheMemoryAndNoFurther) {
  for_each_access(1, [](Access& access) {
    access.check_end();
    access.check_trap(kPageBytes, "out of bounds memory access");
  });
}

TEST(AtomicAccess, ChecksAlignmentBeforeBounds) {
  for_each_access(2, [](Access& access) { access.check_trap(kPageBytes + 1, "unaligned atomic"); });
}

}  // namespace
}  // namespace heddle::engine
