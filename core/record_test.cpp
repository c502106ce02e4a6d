#include "core/record.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "core/arbitrary.hpp"

namespace heddle::core {
namespace {

rc::Gen<Location> location() {
  return rc::gen::build<Location>(
      rc::gen::set(&Location::region, arbitrary::one_up_to(RegionKind::TlsCell)),
      rc::gen::set(&Location::number, arbitrary::number<std::uint32_t>()),
      rc::gen::set(&Location::offset, arbitrary::number<std::uint64_t>()));
}

rc::Gen<CodeLocation> code_location() {
  return rc::gen::build<CodeLocation>(
      rc::gen::set(&CodeLocation::module, arbitrary::number<std::uint32_t>()),
      rc::gen::set(&CodeLocation::function, arbitrary::number<std::uint32_t>()),
      rc::gen::set(&CodeLocation::offset, arbitrary::number<std::uint32_t>()));
}

rc::Gen<ChoiceRecord> choice_record() {
  return rc::gen::build<ChoiceRecord>(
      rc::gen::set(&ChoiceRecord::step), rc::gen::set(&ChoiceRecord::choice, arbitrary::choice()),
      rc::gen::set(&ChoiceRecord::options,
                   rc::gen::container<std::vector<Choice>>(arbitrary::choice())),
      rc::gen::set(&ChoiceRecord::action, arbitrary::one_up_to(ActionKind::Host)),
      rc::gen::set(&ChoiceRecord::location, location()),
      rc::gen::set(&ChoiceRecord::size_bytes, arbitrary::number<std::uint64_t>()),
      rc::gen::set(&ChoiceRecord::where, code_location()));
}

Record record_with(std::size_t count) {
  RecordBuilder builder;
  for (std::size_t i = 0; i < count; ++i) builder.add({.step = i, .choice = Choice::next({1})});
  return builder.finish();
}

RC_GTEST_PROP(Record, parse_reads_what_print_has_written, ()) {
  Record record;
  record.choices = *rc::gen::container<std::vector<ChoiceRecord>>(choice_record());
  record.blocks = *rc::gen::container<std::vector<Digest>>(arbitrary::digest());
  record.count = *rc::gen::arbitrary<std::uint64_t>();
  const auto parsed = parse_record(print(record));
  RC_ASSERT(parsed.has_value());
  RC_ASSERT(*parsed == record);
}

TEST(Record, is_one_line_for_each_choice) {
  RecordBuilder builder;
  const std::vector<Choice> options{Choice::next({2}), Choice::next({1})};
  const std::vector<PendingAction> pending{
      {.agent = {1}, .kind = ActionKind::Write},
      {.agent = {2},
       .kind = ActionKind::ReadModifyWrite,
       .location = {.region = RegionKind::Memory, .number = 0, .offset = 24},
       .size_bytes = 4,
       .where = {.module = 0, .function = 5, .offset = 23}}};
  const ChoicePoint point{.options = options, .pending = pending, .step = 3};
  builder.add(record_of(point, Choice::next({2})));
  builder.add(record_of(point, Choice::next({1})));
  EXPECT_EQ(print(builder.finish()),
            "3 t2 rmw memory0+0x18 4 at 0:5:23 of t1 t2\n"
            "3 t1 write - 0 at -\n"
            "choices 2\n");
}

TEST(Record, beyond_its_first_choices_is_a_digest_for_each_block) {
  EXPECT_EQ(record_with(Record::kRecordedMax).blocks.size(), 0U);
  const Record more = record_with(Record::kRecordedMax + Record::kBlock + 1);
  EXPECT_EQ(more.choices.size(), Record::kRecordedMax);
  EXPECT_EQ(more.blocks.size(), 2U);
  EXPECT_EQ(record_with(Record::kRecordedMax + 2).blocks.size(), 1U);
  EXPECT_NE(record_with(Record::kRecordedMax + 2).blocks,
            record_with(Record::kRecordedMax + 1).blocks);
}

TEST(Record, with_many_options_keeps_fewer_choices) {
  RecordBuilder builder;
  const std::vector<Choice> options(Record::kOptionsMax / 4, Choice::next({1}));
  for (int i = 0; i < 10; ++i) builder.add({.options = options});
  const Record record = builder.finish();
  EXPECT_EQ(record.choices.size(), 4U);
  EXPECT_EQ(record.count, 10U);
  EXPECT_EQ(record.blocks.size(), 1U);
}

TEST(Record, errors_name_the_line) {
  const auto bad =
      parse_record("3 t2 rmw memory0+0x18 4 at 0:5:23 of t1 t2\n3 t2 rmw\nchoices 2\n");
  ASSERT_FALSE(bad.has_value());
  EXPECT_EQ(bad.error().span.line, 2U);
  EXPECT_FALSE(parse_record("").has_value());
  EXPECT_FALSE(parse_record("choices x\n").has_value());
  EXPECT_FALSE(parse_record("choices 0\nchoices 0\n").has_value());
  EXPECT_FALSE(
      parse_record("0 t1 write memory0+0x18446744073709551616 4 at - of\nchoices 1\n").has_value());
}

RC_GTEST_PROP(Record, of_any_text_is_read_or_an_error, (const std::string& text)) {
  std::ignore = parse_record(text);
}

}  // namespace
}  // namespace heddle::core
