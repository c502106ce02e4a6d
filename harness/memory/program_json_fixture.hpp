// Programs in the form of the reference answers: ["load", "r0", "i32.8", 4, "sc"] and so on.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "harness/memory/program.hpp"

namespace heddle::harness {

class ProgramReader {
 public:
  explicit ProgramReader(const nlohmann::json& program) : json_(program) {}

  LitmusProgram read() {
    program_.names = {"main"};
    for (const auto& [name, body] : json_["threads"].items()) program_.names.push_back(name);
    program_.agents.push_back(body_of(json_["main"]));
    for (const auto& [name, body] : json_["threads"].items()) {
      program_.agents.push_back(body_of(body));
    }
    for (const std::string text : json_["observe"]) {
      const std::size_t colon = text.find(':');
      program_.observed.emplace_back(agent(text.substr(0, colon)), text.substr(colon + 1));
    }
    program_.pages = json_.value("pages", 1U);
    program_.pages_max = json_.value("max", program_.pages);
    return program_;
  }

 private:
  using I = LitmusInstruction;
  using E = LitmusExpression;

  [[nodiscard]] std::uint32_t agent(const std::string& name) const {
    if (name == "m") return 0;
    const auto found = std::ranges::find(program_.names, name);
    EXPECT_NE(found, program_.names.end()) << name;
    return static_cast<std::uint32_t>(found - program_.names.begin());
  }

  static E expression(const nlohmann::json& json) {
    if (json.is_string()) return {.kind = E::Kind::Register, .reg = json};
    if (!json.is_array()) return {.constant = json.get<std::uint64_t>()};
    static const std::map<std::string, E::Kind> kinds{
        {"add", E::Kind::Add}, {"sub", E::Kind::Sub}, {"mul", E::Kind::Mul}, {"and", E::Kind::And},
        {"or", E::Kind::Or},   {"xor", E::Kind::Xor}, {"eq", E::Kind::Eq},   {"ne", E::Kind::Ne}};
    return {.kind = kinds.at(json[0]), .operands = {expression(json[1]), expression(json[2])}};
  }

  static core::Ordering ordering(const std::string& text) {
    static const std::map<std::string, core::Ordering> orderings{{"un", core::Ordering::Unordered},
                                                                 {"sc", core::Ordering::SeqCst},
                                                                 {"ar", core::Ordering::AcqRel}};
    return orderings.at(text);
  }

  static void type(I& instruction, const std::string& text) {
    instruction.is_float = text[0] == 'f';
    instruction.type_bytes = text.starts_with("i64") || text.starts_with("f64") ? 8 : 4;
    instruction.access_bytes = instruction.type_bytes;
    if (text.size() > 3) {
      instruction.access_bytes = static_cast<unsigned>(std::stoul(text.substr(4))) / 8;
    }
  }

  std::vector<I> body_of(const nlohmann::json& json) {
    std::vector<I> body;
    for (const auto& instruction : json) body.push_back(instruction_of(instruction));
    return body;
  }

  I instruction_of(const nlohmann::json& json) {
    static const std::map<std::string, I::Kind> kinds{
        {"load", I::Kind::Load},     {"store", I::Kind::Store},
        {"rmw", I::Kind::Rmw},       {"cmpxchg", I::Kind::CompareExchange},
        {"fence", I::Kind::Fence},   {"wait", I::Kind::Wait},
        {"notify", I::Kind::Notify}, {"grow", I::Kind::Grow},
        {"size", I::Kind::Size},     {"spawn", I::Kind::Spawn},
        {"join", I::Kind::Join},     {"if", I::Kind::If},
        {"until", I::Kind::Until}};
    I i{.kind = kinds.at(json[0])};
    if (i.kind == I::Kind::Store) {
      access(i, json, 1);
      i.value = expression(json[3]);
    } else if (i.kind == I::Kind::Spawn || i.kind == I::Kind::Join) {
      i.count = agent(json[1]);
    } else if (i.kind == I::Kind::If) {
      i.value = expression(json[1]);
      i.body = body_of(json[2]);
    } else if (i.kind == I::Kind::Until) {
      i.body = body_of(json[1]);
      i.value = expression(json[2]);
      i.count = json[3];
    } else if (i.kind != I::Kind::Fence) {
      i.reg = json[1];
      with_result(i, json);
    }
    return i;
  }

  // ["load", r, type, address, order] and others with a register.
  static void with_result(I& i, const nlohmann::json& json) {
    static const std::map<std::string, I::Operator> operators{
        {"xchg", I::Operator::Exchange}, {"add", I::Operator::Add}, {"sub", I::Operator::Sub},
        {"and", I::Operator::And},       {"or", I::Operator::Or},   {"xor", I::Operator::Xor}};
    if (i.kind == I::Kind::Load) {
      access(i, json, 2);
    } else if (i.kind == I::Kind::Rmw) {
      i.op = operators.at(json[2]);
      access(i, json, 3);
      i.value = expression(json[5]);
    } else if (i.kind == I::Kind::CompareExchange) {
      access(i, json, 2);
      i.expected = expression(json[4]);
      i.value = expression(json[5]);
    } else if (i.kind == I::Kind::Wait) {
      type(i, json[2]);
      i.address = expression(json[3]);
      i.ordering = core::Ordering::SeqCst;
      i.expected = expression(json[4]);
      i.timeout = json[5];
    } else if (i.kind == I::Kind::Notify) {
      i.address = expression(json[2]);
      i.ordering = core::Ordering::SeqCst;
      i.count = json[3];
    } else if (i.kind == I::Kind::Grow) {
      i.count = json[2];
    }
  }

  // From the type on: type, address, ..., order.
  static void access(I& i, const nlohmann::json& json, std::size_t from) {
    type(i, json[from]);
    i.address = expression(json[from + 1]);
    i.ordering = ordering(json.back());
  }

  const nlohmann::json& json_;
  LitmusProgram program_;
};

inline LitmusProgram program_of(const nlohmann::json& program) {
  return ProgramReader(program).read();
}

}  // namespace heddle::harness
