// Memories that are not the first, or have 64-bit addresses, or pages of other sizes: every access
// to them is held against the same access to the first memory.
#include <gmock/gmock.h>

#include "engine/exec/far_access.hpp"
#include "engine/exec/machine_fixture.hpp"
#include "engine/exec/thread_fixture.hpp"
#include "engine/valid/signature.hpp"

namespace heddle::engine {
namespace {

std::string type_name(TypeKind kind) { return to_string(ValueType{.kind = kind}); }

bool is_access(Opcode opcode) {
  switch (info(opcode).shape) {
    case Shape::Load:
    case Shape::Store:
    case Shape::AtomicLoad:
    case Shape::AtomicStore:
    case Shape::AtomicRmw:
    case Shape::AtomicCmpxchg:
      return true;
    default:
      return false;
  }
}

std::vector<Opcode> accesses() {
  std::vector<Opcode> opcodes;
  for (std::size_t i = 0; i < kOpcodeCount; ++i) {
    const auto opcode = static_cast<Opcode>(i);
    if (is_access(opcode)) opcodes.push_back(opcode);
  }
  return opcodes;
}

// A module whose "run" makes one access; "offset=..." may be empty.
std::string module_of(Opcode opcode, std::string_view memories, std::string_view memory,
                      std::string_view address_type, std::string_view offset) {
  const Signature& types = signature(opcode);
  std::string parameters = "(param " + std::string(address_type);
  std::string operands = "(local.get 0)";
  for (std::uint32_t i = 1; i < types.operand_count; ++i) {
    parameters += " " + type_name(types.operands[i].kind);
    operands += "(local.get " + std::to_string(i) + ")";
  }
  std::string result;
  if (types.has_result) result = "(result " + type_name(types.result.kind) + ")";
  return "(module " + std::string(memories) + " (func (export \"run\") " + parameters + ") " +
         result + " (" + std::string(info(opcode).mnemonic) + " " + std::string(memory) + " " +
         std::string(offset) + " " + operands + ")))";
}

struct Observed {
  std::string outcome;
  std::vector<std::byte> bytes;  // of the memory accessed
  std::string actions;           // without the memory's number

  bool operator==(const Observed&) const = default;
};

Observed observe(std::string_view text, std::size_t memory, const std::vector<Slot>& arguments) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(text);
  const MemoryInstance& accessed = *instance.memories[memory];
  for (std::uint64_t i = 0; i < 64; ++i) {
    accessed.base()[i] = std::byte(0x81 + 5 * i);
    accessed.base()[accessed.size_bytes() - 1 - i] = std::byte(0xf1 - 3 * i);
  }
  Observed observed{.outcome = agent.run(instance, "run", arguments), .bytes = {}, .actions = {}};
  observed.bytes.assign(accessed.base(), accessed.base() + accessed.size_bytes());
  for (const core::Action& action : agent.trace.actions) {
    EXPECT_EQ(action.location.number, accessed.number());
    const bool is_length = action.location.region == core::RegionKind::MemoryLength;
    observed.actions +=
        std::string(to_string(action.kind)) + " " + std::string(to_string(action.ordering)) + " " +
        (is_length ? "length" : std::to_string(action.size_bytes)) + " " +
        std::to_string(action.location.offset) + " " + std::to_string(action.read_value) + " " +
        std::to_string(action.written_value) + (action.is_torn_allowed ? " torn; " : "; ");
  }
  return observed;
}

TEST(FarMemory, EveryAccessDoesThereWhatItDoesInTheFirstMemory) {
  struct Place {
    std::string memories;
    std::string memory;
    std::size_t index;
    std::string address_type;
  };
  for (const std::string shared : {"", " shared"}) {
    const std::string near = "(memory 1 1" + shared + ")";
    const Place places[] = {
        {"(memory i64 1 1" + shared + ")", "", 0, "i64"},
        {"(memory 1) (memory 1 1" + shared + ")", "1", 1, "i32"},
        {"(memory 0) (memory 3) (memory i64 1 1" + shared + ")", "2", 2, "i64"},
        {"(memory 1 1 shared) (memory i64 65536 65536" + shared + " (pagesize 1))", "1", 1, "i64"},
    };
    for (const Opcode opcode : accesses()) {
      for (const Slot address : {Slot{0}, Slot{8}, Slot{3}, kPageBytes - 16, kPageBytes - 8,
                                 kPageBytes - 7, kPageBytes - 1, kPageBytes, Slot{0xffff'ffff}}) {
        for (const std::string offset : {"", "offset=8"}) {
          // The second equals what a compare-exchange of one byte finds at 8.
          const std::vector<Slot> arguments = {address, 0xa9, 0x1122334455667788};
          const std::span<const Slot> used =
              std::span(arguments).first(signature(opcode).operand_count);
          const std::vector<Slot> slots(used.begin(), used.end());
          const Observed expected = observe(module_of(opcode, near, "", "i32", offset), 0, slots);
          for (const Place& place : places) {
            const Observed found =
                observe(module_of(opcode, place.memories, place.memory, place.address_type, offset),
                        place.index, slots);
            ASSERT_EQ(found.outcome, expected.outcome) << info(opcode).mnemonic << " " << address;
            ASSERT_TRUE(found.bytes == expected.bytes) << info(opcode).mnemonic << " " << address;
            if (place.memories.find("pagesize") != std::string::npos) continue;
            ASSERT_EQ(found.actions, expected.actions) << info(opcode).mnemonic << " " << address;
          }
        }
      }
    }
  }
}

TEST(FarMemory, BoundsAreExactNearTheEndOfTheAddressSpace) {
  for (const Opcode opcode : {Opcode::I32Load8U, Opcode::I64Load, Opcode::I64AtomicLoad}) {
    const std::uint64_t bytes = info(opcode).access_bytes;
    const std::string trap = "trapped: out of bounds memory access";
    const auto run = [&](std::uint64_t offset, std::uint64_t address) {
      OneAgent agent;
      return agent.run(agent.instantiate(module_of(opcode, "(memory i64 1)", "", "i64",
                                                   "offset=" + std::to_string(offset))),
                       "run", {address});
    };
    for (const std::uint64_t offset :
         {~std::uint64_t{0}, ~std::uint64_t{0} - 7, std::uint64_t{1} << 63, kPageBytes - bytes}) {
      // The sum wraps to addresses that exist.
      for (std::uint64_t sum = 0; sum < 32; sum += 8) {
        if (sum - offset > sum) EXPECT_EQ(run(offset, sum - offset), trap) << offset << " " << sum;
      }
    }
    EXPECT_EQ(run(~std::uint64_t{0} - bytes + 1, 0), trap);
    EXPECT_EQ(run(kPageBytes - bytes, 8), trap);
    EXPECT_THAT(run(kPageBytes - bytes, 0), testing::StartsWith("returned"));
  }
}

TEST(FarMemory, EffectiveAddressesNeverWrap) {
  constexpr std::uint64_t kMax = ~std::uint64_t{0};
  EXPECT_FALSE(effective_address(kMax, 1).is_within(kMax, 1));
  EXPECT_FALSE(effective_address(kMax, kMax).is_within(kMax, 0));
  EXPECT_FALSE(effective_address(kMax - 3, 0).is_within(kMax, 4));
  EXPECT_TRUE(effective_address(kMax - 4, 0).is_within(kMax, 4));
  EXPECT_TRUE(effective_address(16, 0).is_within(16, 0));
  EXPECT_FALSE(effective_address(17, 0).is_within(16, 0));
  EXPECT_FALSE(effective_address(0, 0).is_within(3, 4));
  EXPECT_TRUE(effective_address(kMax, 9).is_aligned(8)) << "2^64 + 8";
}

constexpr std::string_view kBulk = R"((module
  (memory $a 1 3) (memory $b i64 1 3) (memory $c i64 10 20 (pagesize 1))
  (data $d "abcdefgh")
  (func (export "size a") (result i32) (memory.size $a))
  (func (export "size b") (result i64) (memory.size $b))
  (func (export "size c") (result i64) (memory.size $c))
  (func (export "grow a") (param i32) (result i32) (memory.grow $a (local.get 0)))
  (func (export "grow b") (param i64) (result i64) (memory.grow $b (local.get 0)))
  (func (export "grow c") (param i64) (result i64) (memory.grow $c (local.get 0)))
  (func (export "load a") (param i32) (result i32) (i32.load8_u $a (local.get 0)))
  (func (export "load b") (param i64) (result i32) (i32.load8_u $b (local.get 0)))
  (func (export "load c") (param i64) (result i32) (i32.load8_u $c (local.get 0)))
  (func (export "fill b") (param i64 i32 i64)
    (memory.fill $b (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init b") (param i64 i32 i32)
    (memory.init $b $d (local.get 0) (local.get 1) (local.get 2)))
  (func (export "init c") (param i64 i32 i32)
    (memory.init $c $d (local.get 0) (local.get 1) (local.get 2)))
  (func (export "drop") (data.drop $d))
  (func (export "b to a") (param i32 i64 i32)
    (memory.copy $a $b (local.get 0) (local.get 1) (local.get 2)))
  (func (export "a to b") (param i64 i32 i32)
    (memory.copy $b $a (local.get 0) (local.get 1) (local.get 2)))
  (func (export "b to c") (param i64 i64 i64)
    (memory.copy $c $b (local.get 0) (local.get 1) (local.get 2)))
  (func (export "b to b") (param i64 i64 i64)
    (memory.copy $b $b (local.get 0) (local.get 1) (local.get 2))))
)";

TEST(FarMemory, SizesCountPagesOfTheMemorysSizeInItsAddressType) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(kBulk);
  EXPECT_EQ(agent.run(instance, "size a"), "returned i32:1");
  EXPECT_EQ(agent.run(instance, "size b"), "returned i64:1");
  EXPECT_EQ(agent.run(instance, "size c"), "returned i64:10");
  EXPECT_EQ(agent.run(instance, "grow b", {2}), "returned i64:1");
  EXPECT_EQ(agent.run(instance, "grow b", {1}), "returned i64:-1");
  EXPECT_EQ(agent.run(instance, "grow b", {~Slot{0}}), "returned i64:-1");
  EXPECT_EQ(agent.run(instance, "grow b", {~Slot{0} - 2}), "returned i64:-1");
  EXPECT_EQ(agent.run(instance, "grow a", {1}), "returned i32:1");
  EXPECT_EQ(agent.run(instance, "grow a", {2}), "returned i32:-1");
  EXPECT_EQ(agent.run(instance, "load c", {9}), "returned i32:0");
  EXPECT_EQ(agent.run(instance, "load c", {10}), "trapped: out of bounds memory access");
  EXPECT_EQ(agent.run(instance, "grow c", {10}), "returned i64:10");
  EXPECT_EQ(agent.run(instance, "grow c", {1}), "returned i64:-1");
  EXPECT_EQ(agent.run(instance, "load c", {19}), "returned i32:0");
  EXPECT_EQ(agent.run(instance, "load c", {20}), "trapped: out of bounds memory access");
}

TEST(FarMemory, BulkOperationsGoBetweenMemories) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(kBulk);
  const std::string trap = "trapped: out of bounds memory access";
  EXPECT_EQ(agent.run(instance, "init b", {65'532, 2, 4}), "returned");
  EXPECT_EQ(agent.run(instance, "init b", {65'533, 2, 4}), trap);
  EXPECT_EQ(agent.run(instance, "init b", {~Slot{0}, 0, 1}), trap);
  EXPECT_EQ(agent.run(instance, "init b", {0, 5, 4}), trap);
  EXPECT_EQ(agent.run(instance, "load b", {65'535}), "returned i32:102");
  EXPECT_EQ(agent.run(instance, "b to a", {7, 65'533, 3}), "returned");
  EXPECT_EQ(agent.run(instance, "load a", {7}), "returned i32:100");
  EXPECT_EQ(agent.run(instance, "load a", {10}), "returned i32:0");
  EXPECT_EQ(agent.run(instance, "b to a", {7, 65'534, 3}), trap);
  EXPECT_EQ(agent.run(instance, "b to a", {65'535, 0, 2}), trap);
  EXPECT_EQ(agent.run(instance, "a to b", {100, 8, 2}), "returned");
  EXPECT_EQ(agent.run(instance, "load b", {101}), "returned i32:102");
  EXPECT_EQ(agent.run(instance, "b to c", {8, 100, 2}), "returned");
  EXPECT_EQ(agent.run(instance, "load c", {9}), "returned i32:102");
  EXPECT_EQ(agent.run(instance, "b to c", {9, 100, 2}), trap);
  EXPECT_EQ(agent.run(instance, "b to c", {0, ~Slot{0}, 2}), trap);
  EXPECT_EQ(agent.run(instance, "b to c", {0, 1, ~Slot{0}}), trap);
  EXPECT_EQ(agent.run(instance, "b to b", {101, 100, 2}), "returned");
  EXPECT_EQ(agent.run(instance, "load b", {102}), "returned i32:102");
  EXPECT_EQ(agent.run(instance, "fill b", {100, 0x107, 2}), "returned");
  EXPECT_EQ(agent.run(instance, "load b", {101}), "returned i32:7");
  EXPECT_EQ(agent.run(instance, "load b", {102}), "returned i32:102");
  EXPECT_EQ(agent.run(instance, "fill b", {65'536, 0, 0}), "returned");
  EXPECT_EQ(agent.run(instance, "fill b", {65'537, 0, 0}), trap);
  EXPECT_EQ(agent.run(instance, "fill b", {1, 0, ~Slot{0}}), trap);
  EXPECT_EQ(agent.run(instance, "drop"), "returned");
  EXPECT_EQ(agent.run(instance, "init c", {0, 0, 1}), trap);
  EXPECT_EQ(agent.run(instance, "init c", {0, 0, 0}), "returned");
}

TEST(FarMemory, GrowingTheFirstMemoryByAnotherIndexIsSeenAtOnce) {
  OneAgent agent;
  const Instance& owner = agent.instantiate("(module (memory (export \"m\") 1 2))");
  agent.registered["o"] = owner.exports;
  const Instance& instance = agent.instantiate(R"((module
    (import "o" "m" (memory $a 1)) (import "o" "m" (memory $b 1))
    (func (export "run") (result i32)
      (drop (memory.grow $b (i32.const 1)))
      (i32.store $a (i32.const 65536) (i32.const 7))
      (i32.load $b (i32.const 65536))))
  )");
  EXPECT_EQ(agent.run(instance, "run"), "returned i32:7");
}

TEST(FarMemory, ActiveSegmentsHaveOffsetsOf64Bits) {
  FirstOption chooser;
  Machine machine({}, chooser);
  const auto fits = compile(R"((module
    (memory 1) (memory i64 1) (table i64 3 funcref)
    (data (memory 1) (i64.const 65535) "x") (elem (table 0) (i64.const 2) func $f)
    (func $f (export "f") (result i32) (i32.load8_u 1 (i64.const 65535)))))");
  const auto data = compile("(module (memory i64 1) (data (i64.const 0x1_0000_0000) \"x\"))");
  const auto wraps = compile("(module (memory i64 1) (data (i64.const -1) \"xy\"))");
  const auto shared =
      compile("(module (memory i64 1 1 shared) (data (i64.const 0x1_0000_0000) \"x\"))");
  const auto element =
      compile("(module (table i64 3 funcref) (elem (i64.const 0x1_0000_0000) func $f) (func $f))");
  const auto last =
      compile("(module (table i64 3 funcref) (elem (i64.const -1) func $f $f) (func $f))");
  std::vector<std::string> messages;
  std::int64_t result = 0;
  static_cast<void>(machine.run("main", [&](Agent& agent) {
    result = number(call(agent, instantiate(agent, fits), "f"));
    for (const auto& module : {data, wraps, shared, element, last}) {
      messages.push_back(agent.instantiate(module, no_imports)->outcome.message);
    }
  }));
  EXPECT_EQ(result, 'x');
  EXPECT_THAT(messages,
              testing::ElementsAre("out of bounds memory access", "out of bounds memory access",
                                   "out of bounds memory access", "out of bounds table access",
                                   "out of bounds table access"));
}

// Shared memories that are not near.
constexpr std::string_view kShared = R"((module
  (memory $near 1) (memory $a i64 1 2 shared) (memory $b 1 1 shared)
  (data $d "hello")
  (func (export "run") (result i64) (local $sum i64)
    (i64.atomic.store $a offset=16 (i64.const 8) (i64.const 5))
    (drop (i32.atomic.rmw.add $b (i32.const 24) (i32.const 3)))
    (memory.copy $b $a (i32.const 64) (i64.const 24) (i32.const 8))
    (memory.copy $near $b (i32.const 0) (i32.const 64) (i32.const 8))
    (memory.copy $a $near (i64.const 96) (i32.const 0) (i32.const 4))
    (memory.init $a $d (i64.const 1000) (i32.const 0) (i32.const 5))
    (memory.fill $b (i32.const 0) (i32.const 1) (i32.const 4))
    (local.set $sum (memory.grow $a (i64.const 1)))
    (local.set $sum (i64.add (local.get $sum) (memory.size $a)))
    (drop (memory.atomic.notify $b offset=4 (i32.const 4) (i32.const 1)))
    (i64.add (local.get $sum) (i64.load $near (i32.const 0)))))
)";

TEST(FarMemory, ActionsOnSharedMemoriesAreVisibleOneByOne) {
  FirstOption chooser;
  Machine machine({}, chooser);
  const auto module = compile(kShared);
  std::int64_t result = 0;
  const core::Execution execution = machine.run("main", [&](Agent& agent) {
    result = number(call(agent, instantiate(agent, module), "run"));
  });
  EXPECT_EQ(result, 1 + 2 + 5);
  std::vector<std::string> actions;
  for (const core::Action& action : execution.trace.actions) {
    if (action.location.region == core::RegionKind::None) continue;
    actions.push_back(std::string(to_string(action.kind)) + " " + to_string(action.location) + " " +
                      std::to_string(action.size_bytes));
  }
  EXPECT_THAT(actions,
              testing::ElementsAre("write memory1+0x18 8", "rmw memory2+0x18 4",   //
                                   "read memory1+0x18 8", "write memory2+0x40 8",  // copy
                                   "read memory2+0x40 8",   // to an unshared one
                                   "write memory1+0x60 4",  // from it
                                   "write memory1+0x3e8 5", "write memory2+0x0 4",  //
                                   "rmw length of memory1 8", "write memory1+0x10000 65536",
                                   "read length of memory1 8", "notify memory2+0x8 4"));
}

TEST(FarMemory, AThreadStopsBeforeEachVisibleActionAndDescribesIt) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(kShared);
  agent.start(instance, "run", {});
  agent.context.permits = 0;
  ASSERT_EQ(agent.go_on(), Stop::Visible);
  PendingOperation pending = agent.thread.pending();
  EXPECT_EQ(pending.opcode, Opcode::I64AtomicStore);
  EXPECT_EQ(pending.memory, instance.memories[1]);
  EXPECT_EQ(pending.address, 24U);
  EXPECT_EQ(pending.size_bytes, 8U);
  EXPECT_EQ(pending.where, agent.thread.where());
  EXPECT_TRUE(agent.trace.events.empty());
  agent.context.permits = 1;
  ASSERT_EQ(agent.go_on(), Stop::Visible);
  EXPECT_EQ(agent.thread.pending().memory, instance.memories[2]);
  EXPECT_EQ(agent.trace.events.size(), 1U);
  agent.context.permits = 2;
  ASSERT_EQ(agent.go_on(), Stop::Action);
  pending = agent.thread.pending();
  EXPECT_EQ(pending.opcode, Opcode::MemoryCopy);
  EXPECT_EQ(pending.target, instance.memories[2]);
  EXPECT_EQ(pending.source, instance.memories[1]);
  EXPECT_EQ(pending.address, 64U);
  agent.thread.finish(std::nullopt);
  ASSERT_EQ(agent.go_on(), Stop::Action);
  pending = agent.thread.pending();
  EXPECT_EQ(pending.memory, instance.memories[2]) << "the one that is shared";
  EXPECT_EQ(pending.address, 64U);
}

TEST(FarMemory, APendingAddressThatDoesNotFitKeepsItsAlignment) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (memory i64 1 1 shared)
    (func (export "run") (param i64) (result i32)
      (memory.atomic.wait32 offset=0xffff_ffff_ffff_fff0 (local.get 0) (i32.const 0)
        (i64.const 0))))
  )");
  agent.start(instance, "run", {0x24});
  ASSERT_EQ(agent.go_on(), Stop::Action);
  EXPECT_EQ(agent.thread.pending().address, 0xffff'ffff'ffff'fff4ULL);
}

TEST(FarMemory, AgentsWaitAndNotifyThere) {
  RandomOption chooser(1);
  Machine machine({}, chooser);
  const auto module = compile(R"((module
    (memory 1) (memory (export "m") i64 1 1 shared)
    (func (export "wait") (param i64) (result i32)
      (memory.atomic.wait32 1 offset=8 (local.get 0) (i32.const 0) (i64.const -1)))
    (func (export "notify") (param i64) (result i32)
      (memory.atomic.notify 1 (local.get 0) (i32.const 1)))
    (func (export "unshared") (result i32)
      (memory.atomic.wait32 0 (i32.const 0) (i32.const 0) (i64.const 0)))))");
  std::int64_t waited = -1;
  std::int64_t woken = 0;
  std::vector<std::string> traps;
  static_cast<void>(machine.run("main", [&](Agent& agent) {
    const Instance& instance = instantiate(agent, module);
    const core::AgentId child = agent.spawn("waiter", [&](Agent& waiter) {
      waited = number(call(waiter, instance, "wait", {core::Value::i64(16)}));
    });
    while (woken == 0) woken = number(call(agent, instance, "notify", {core::Value::i64(24)}));
    agent.join(child);
    for (const std::uint64_t address :
         {std::uint64_t{1}, ~std::uint64_t{7}, ~std::uint64_t{15}, std::uint64_t{65'528}}) {
      traps.push_back(call(agent, instance, "wait", {core::Value::i64(address)}).message);
    }
  }));
  EXPECT_EQ(waited, 0);
  EXPECT_EQ(woken, 1);
  EXPECT_THAT(traps,
              testing::ElementsAre("unaligned atomic", "out of bounds memory access",
                                   "out of bounds memory access", "out of bounds memory access"));
}

TEST(FarTable, OperationsTakeIndicesOf64Bits) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (table $a i64 3 6 externref) (table $b 4 externref)
    (func (export "size") (result i64) (table.size $a))
    (func (export "grow") (param i64) (result i64)
      (table.grow $a (ref.null extern) (local.get 0)))
    (func (export "get") (param i64) (result externref) (table.get $a (local.get 0)))
    (func (export "set") (param i64 externref) (table.set $a (local.get 0) (local.get 1)))
    (func (export "fill") (param i64 externref i64)
      (table.fill $a (local.get 0) (local.get 1) (local.get 2)))
    (func (export "b to a") (param i64 i32 i32)
      (table.copy $a $b (local.get 0) (local.get 1) (local.get 2)))
    (func (export "a to b") (param i32 i64 i32)
      (table.copy $b $a (local.get 0) (local.get 1) (local.get 2)))
    (func (export "get b") (param i32) (result externref) (table.get $b (local.get 0))))
  )");
  const std::string trap = "trapped: out of bounds table access";
  EXPECT_EQ(agent.run(instance, "set", {2, host_slot(5)}), "returned");
  EXPECT_EQ(agent.run(instance, "set", {Slot{1} << 32, host_slot(5)}), trap);
  EXPECT_EQ(agent.run(instance, "get", {~Slot{0}}), trap);
  EXPECT_EQ(agent.run(instance, "a to b", {3, 2, 1}), "returned");
  EXPECT_EQ(agent.run(instance, "get b", {3}), "returned ref.extern 5");
  EXPECT_EQ(agent.run(instance, "a to b", {0, ~Slot{0}, 2}), trap);
  EXPECT_EQ(agent.run(instance, "b to a", {~Slot{0}, 0, 2}), trap);
  EXPECT_EQ(agent.run(instance, "fill", {1, host_slot(9), ~Slot{0}}), trap);
  EXPECT_EQ(agent.run(instance, "fill", {~Slot{0}, host_slot(9), 2}), trap);
  EXPECT_EQ(agent.run(instance, "grow", {~Slot{0}}), "returned i64:-1");
  EXPECT_EQ(agent.run(instance, "grow", {~Slot{0} - 2}), "returned i64:-1");
  EXPECT_EQ(agent.run(instance, "grow", {4}), "returned i64:-1");
  EXPECT_EQ(agent.run(instance, "grow", {3}), "returned i64:3");
  EXPECT_EQ(agent.run(instance, "size"), "returned i64:6");
}

TEST(FarTable, BeginsWithItsInitialExpression) {
  OneAgent agent;
  const Instance& instance = agent.instantiate(R"((module
    (func $f (result i32) (i32.const 42))
    (table 3 (ref func) (ref.func $f))
    (table $t 2 funcref (ref.func $f))
    (func (export "call") (param i32) (result i32) (call_indirect $t (result i32) (local.get 0)))
    (func (export "null") (result i32) (ref.is_null (table.get 0 (i32.const 2)))))
  )");
  EXPECT_EQ(agent.run(instance, "call", {1}), "returned i32:42");
  EXPECT_EQ(agent.run(instance, "null"), "returned i32:0");
}

}  // namespace
}  // namespace heddle::engine
