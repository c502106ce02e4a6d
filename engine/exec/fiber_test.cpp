#include "engine/exec/fiber.hpp"

#include <gtest/gtest.h>

#include <exception>
#include <functional>
#include <stdexcept>
#include <string>
#include <vector>

namespace heddle::engine {
namespace {

// A fiber that runs a lambda which is given the fiber.
class Runner {
 public:
  explicit Runner(std::function<void(Fiber&)> code) : code_(std::move(code)) {
    fiber_ = Fiber::start(
        [](void* argument) {
          auto& self = *static_cast<Runner*>(argument);
          self.code_(*self.fiber_);
        },
        this);
  }
  ~Runner() { Fiber::recycle(fiber_); }
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;

  void resume() { fiber_->resume(); }
  [[nodiscard]] bool has_ended() const { return fiber_->has_ended(); }

 private:
  std::function<void(Fiber&)> code_;
  Fiber* fiber_ = nullptr;
};

TEST(Fiber, goes_on_where_it_parked) {
  std::string log;
  Runner runner([&](Fiber& fiber) {
    log += 'a';
    fiber.park();
    log += 'b';
  });
  EXPECT_EQ(log, "");
  runner.resume();
  log += '1';
  EXPECT_FALSE(runner.has_ended());
  runner.resume();
  EXPECT_TRUE(runner.has_ended());
  EXPECT_EQ(log, "a1b");
}

TEST(Fiber, runs_only_when_it_is_the_one_resumed) {
  std::string log;
  const auto writer = [&](char letter) {
    return [&log, letter](Fiber& fiber) {
      for (int i = 0; i < 2; ++i) {
        log += letter;
        fiber.park();
      }
    };
  };
  Runner a(writer('a'));
  Runner b(writer('b'));
  Runner c(writer('c'));
  for (Runner* const next : {&c, &a, &c, &b, &a, &b, &a, &b, &c}) next->resume();
  EXPECT_EQ(log, "cacbab");
  EXPECT_TRUE(a.has_ended() && b.has_ended() && c.has_ended());
}

TEST(Fiber, can_resume_another_and_get_control_back) {
  std::string log;
  Runner inner([&](Fiber& fiber) {
    log += 'i';
    fiber.park();
    log += 'j';
  });
  Runner outer([&](Fiber& fiber) {
    inner.resume();
    log += 'o';
    fiber.park();
    inner.resume();
    log += 'p';
  });
  outer.resume();
  log += '|';
  outer.resume();
  EXPECT_EQ(log, "io|jp");
}

// Each parks inside a catch block while the other throws and catches: without a list of caught
// exceptions per fiber, the wrong exception is destroyed or rethrown.
TEST(Fiber, has_its_own_exceptions_in_flight) {
  std::string log;
  const auto thrower = [&](const std::string& name) {
    return [&log, name](Fiber& fiber) {
      try {
        try {
          throw std::runtime_error(name);
        } catch (const std::exception&) {
          fiber.park();
          throw;
        }
      } catch (const std::exception& error) {
        log += error.what();
      }
    };
  };
  Runner a(thrower("a"));
  Runner b(thrower("b"));
  a.resume();
  b.resume();
  EXPECT_EQ(std::current_exception(), nullptr);
  a.resume();
  b.resume();
  EXPECT_EQ(log, "ab");
}

int deep(Fiber& fiber, int depth) {
  const std::string object(64, 'x');
  if (depth == 0) {
    fiber.park();
    throw std::runtime_error("deep");
  }
  return deep(fiber, depth - 1) + static_cast<int>(object.size());
}

TEST(Fiber, unwinds_an_exception_through_many_frames) {
  bool is_caught = false;
  Runner runner([&](Fiber& fiber) {
    try {
      (void)deep(fiber, 200);
    } catch (const std::runtime_error&) {
      is_caught = true;
    }
  });
  runner.resume();
  runner.resume();
  EXPECT_TRUE(is_caught);
}

TEST(Fiber, that_was_never_begun_can_be_recycled) {
  bool has_run = false;
  {
    const Runner runner([&](Fiber&) { has_run = true; });
  }
  EXPECT_FALSE(has_run);
}

TEST(Fiber, can_be_one_of_thousands) {
  int ended = 0;
  for (int round = 0; round < 2; ++round) {
    std::vector<std::unique_ptr<Runner>> runners;
    for (int i = 0; i < 2000; ++i) {
      runners.push_back(std::make_unique<Runner>([&](Fiber& fiber) {
        fiber.park();
        ++ended;
      }));
    }
    for (const auto& runner : runners) runner->resume();
    for (const auto& runner : runners) runner->resume();
  }
  EXPECT_EQ(ended, 4000);
}

}  // namespace
}  // namespace heddle::engine
