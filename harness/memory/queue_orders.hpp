// Every order in which the wait queues may have been used.
//
// Spec: exec/relaxed, "wait and notify": the events of one location replay a queue, oldest waiter
// first, and are totally ordered by happens-before. If fences order, they are one more such order,
// without a queue.
#pragma once

#include <functional>

#include "harness/memory/relation.hpp"

namespace heddle::harness {

// Calls `visit` with happens-before extended by each combination of orders, until it gives true.
// False if none did.
[[nodiscard]] bool for_each_queue_order(const std::vector<const MemoryEvent*>& events,
                                        const Relation& happens_before,
                                        const MemoryModelSwitches& switches,
                                        const std::function<bool(const Relation&)>& visit);

}  // namespace heddle::harness
