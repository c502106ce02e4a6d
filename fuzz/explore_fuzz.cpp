// Schedules of a program: every input is one (harness/explore/bytes.hpp), and what it finds is a
// failure of the program.
//
//   HEDDLE_FUZZ_PROGRAM=queue.yaml build/asan/heddle_fuzz_explore corpus/
//
// A failing input can be seen with heddle explore queue.yaml --strategy bytes --bytes INPUT.
// Without a program there is a correct one, and the inputs are a test of Heddle: no schedule makes
// it fail, and each replays to the same trace.
#include <cstdlib>
#include <memory>
#include <string>

#include "fuzz/input.hpp"
#include "harness/run/campaign.hpp"
#include "harness/run/load_program.hpp"
#include "harness/run/replay_program.hpp"
#include "harness/run/session.hpp"

namespace {

using namespace heddle;

// A ticket lock around a counter, with a wait that may time out.
constexpr const char* kCorrect = R"(name: ticket lock
module: |
  (module
    (import "env" "memory" (memory 1 1 shared))
    (func (export "add") (local $ticket i32) (local $now i32)
      (local.set $ticket (i32.atomic.rmw.add (i32.const 0) (i32.const 1)))
      (loop $again
        (local.set $now (i32.atomic.load (i32.const 4)))
        (if (i32.ne (local.get $now) (local.get $ticket))
          (then
            (drop (memory.atomic.wait32 (i32.const 4) (local.get $now) (i64.const 1000)))
            (br $again))))
      (i32.store (i32.const 8) (i32.add (i32.load (i32.const 8)) (i32.const 1)))
      (i32.atomic.store (i32.const 4) (i32.add (local.get $ticket) (i32.const 1)))
      (drop (memory.atomic.notify (i32.const 4) (i32.const -1))))
    (func (export "get") (result i32) (i32.load (i32.const 8))))
processes: [{count: 3, operations: [{call: add}]}]
finally: [{call: get, returns: 3}]
expect: pass
limits: {steps: 20000, instructions: 100000}
)";

std::unique_ptr<harness::Program> load() {
  const char* const path = std::getenv("HEDDLE_FUZZ_PROGRAM");
  core::Repro correct{.kind = core::ProgramKind::Scenario, .name = "correct.yaml"};
  correct.program = kCorrect;
  auto program = path == nullptr ? harness::load_program(correct) : harness::load_program(path);
  fuzz::require(program.has_value(), "the program can be loaded",
                program ? "" : program.error().message);
  return *std::move(program);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const std::unique_ptr<harness::Program> kProgram = load();
  const harness::CampaignOptions defaults = harness::campaign_defaults(*kProgram);
  harness::SessionOptions options{.strategy = "bytes",
                                  .parameters = {.bytes = fuzz::text_of(data, size)},
                                  .execute = defaults.execute};
  auto session = harness::Session::make(*kProgram, options);
  fuzz::require(session.has_value(), "bytes are a strategy");
  // Once more for each time that more is found to be shared.
  while (const auto execution = session->next(~std::uint64_t{0})) {
    const core::Verdict verdict = kProgram->judge(*execution);
    fuzz::require(verdict.kind != core::VerdictKind::Fail, "the program does not fail",
                  verdict.findings.empty() ? "" : verdict.findings.front().message);
    const harness::Replayed again = harness::replay(
        *kProgram, execution->schedule, harness::ReplayMode::Strict, session->options());
    fuzz::require(!again.divergence, "a recorded schedule fits");
    fuzz::require(digest_of(again.execution.trace) == digest_of(execution->trace),
                  "and gives the same trace", core::print(execution->schedule));
  }
  return 0;
}
