#include "experiments/spec/spec_json.h"

#include <memory>

#include "base/problems.h"

namespace bigstep {
namespace {

SpecNode Convert(const Json& json, const Mark& mark) {
  SpecNode node;
  node.mark = mark;
  switch (json.type()) {
    case Json::value_t::null:
      break;
    case Json::value_t::string:
      node.kind = SpecNode::Kind::kScalar;
      node.text = json.get<std::string>();
      node.quoted = true;
      break;
    case Json::value_t::array:
      node.kind = SpecNode::Kind::kList;
      for (const Json& item : json) node.items.push_back(Convert(item, mark));
      break;
    case Json::value_t::object:
      node.kind = SpecNode::Kind::kMap;
      for (const auto& [key, value] : json.items()) {
        node.entries.push_back({key, Convert(value, mark), mark});
      }
      break;
    default:  // Booleans and numbers.
      node.kind = SpecNode::Kind::kScalar;
      node.text = json.dump();
  }
  return node;
}

}  // namespace

SpecNode ToSpecNode(const Json& json, const std::string& source) {
  Mark mark;
  mark.source = std::make_shared<const std::string>(source);
  return Convert(json, mark);
}

}  // namespace bigstep
