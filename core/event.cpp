#include "core/event.hpp"

#include <fmt/format.h>

namespace heddle::core {

std::string_view to_string(ActionKind kind) {
  switch (kind) {
    case ActionKind::Read:
      return "read";
    case ActionKind::Write:
      return "write";
    case ActionKind::ReadModifyWrite:
      return "rmw";
    case ActionKind::Wait:
      return "wait";
    case ActionKind::Woken:
      return "woken";
    case ActionKind::TimedOut:
      return "timed-out";
    case ActionKind::Notify:
      return "notify";
    case ActionKind::Fence:
      return "fence";
    case ActionKind::Spawn:
      return "spawn";
    case ActionKind::Join:
      return "join";
    case ActionKind::Invoke:
      return "invoke";
    case ActionKind::Return:
      return "return";
    case ActionKind::End:
      return "end";
    case ActionKind::Host:
      return "host";
  }
  return "?";
}

std::string_view to_string(Ordering ordering) {
  switch (ordering) {
    case Ordering::Unordered:
      return "unordered";
    case Ordering::AcqRel:
      return "acqrel";
    case Ordering::SeqCst:
      return "seqcst";
    case Ordering::Init:
      return "init";
  }
  return "?";
}

std::string to_string(const Location& location) {
  switch (location.region) {
    case RegionKind::None:
      return "nowhere";
    case RegionKind::Memory:
      return fmt::format("memory{}+{:#x}", location.number, location.offset);
    case RegionKind::MemoryLength:
      return fmt::format("length of memory{}", location.number);
    case RegionKind::Global:
      return fmt::format("global{}", location.number);
    case RegionKind::Table:
      return fmt::format("table{}[{}]", location.number, location.offset);
    case RegionKind::TableLength:
      return fmt::format("length of table{}", location.number);
    case RegionKind::Field:
      return fmt::format("object{}[{}]", location.number, location.offset);
    case RegionKind::TlsCell:
      return fmt::format("tls{}[{}]", location.number, location.offset);
  }
  return "?";
}

}  // namespace heddle::core
