#include "base/lookalike.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace bigstep {
namespace {

struct Accent {
  uint32_t mark;
  const char* letters;  // Each without and with the mark.
};

// The canonical compositions of Unicode 15 in the blocks Latin-1, Latin
// Extended-A, -B and Additional, Greek and Cyrillic, from Python's unicodedata.
constexpr Accent kAccents[] = {
    {0x0300,
     "AÀEÈIÌOÒUÙaàeèiìoòuùÜǛüǜNǸnǹЕЀИЍеѐиѝĒḔēḕŌṐōṑWẀwẁÂẦâầĂẰăằÊỀêềÔỒôồƠỜ"
     "ơờƯỪưừYỲyỳ"},
    {0x0301,
     "AÁEÉIÍOÓUÚYÝaáeéiíoóuúyýCĆcćLĹlĺNŃnńRŔrŕSŚsśZŹzźÜǗüǘGǴgǵÅǺåǻÆǼæǽØǾ"
     "øǿ¨΅ΑΆΕΈΗΉΙΊΟΌΥΎΩΏϊΐαάεέηήιίϋΰοόυύωώϒϓГЃКЌгѓкќÇḈçḉĒḖēḗÏḮïḯKḰkḱMḾmḿ"
     "ÕṌõṍŌṒōṓPṔpṕŨṸũṹWẂwẃÂẤâấĂẮăắÊẾêếÔỐôốƠỚơớƯỨưứ"},
    {0x0302,
     "AÂEÊIÎOÔUÛaâeêiîoôuûCĈcĉGĜgĝHĤhĥJĴjĵSŜsŝWŴwŵYŶyŷZẐzẑẠẬạậẸỆẹệỌỘọộ"},
    {0x0303, "AÃNÑOÕaãnñoõIĨiĩUŨuũVṼvṽÂẪâẫĂẴăẵEẼeẽÊỄêễÔỖôỗƠỠơỡƯỮưữYỸyỹ"},
    {0x0304,
     "AĀaāEĒeēIĪiīOŌoōUŪuūÜǕüǖÄǞäǟȦǠȧǡÆǢæǣǪǬǫǭÖȪöȫÕȬõȭȮȰȯȱYȲyȳИӢиӣУӮуӯGḠ"
     "gḡḶḸḷḹṚṜṛṝ"},
    {0x0306, "AĂaăEĔeĕGĞgğIĬiĭOŎoŏUŬuŭУЎИЙийуўЖӁжӂАӐаӑЕӖеӗȨḜȩḝẠẶạặ"},
    {0x0307,
     "CĊcċEĖeėGĠgġIİZŻzżAȦaȧOȮoȯBḂbḃDḊdḋFḞfḟHḢhḣMṀmṁNṄnṅPṖpṗRṘrṙSṠsṡŚṤśṥ"
     "ŠṦšṧṢṨṣṩTṪtṫWẆwẇXẊxẋYẎyẏſẛ"},
    {0x0308,
     "AÄEËIÏOÖUÜaäeëiïoöuüyÿYŸΙΪΥΫιϊυϋϒϔЕЁІЇеёіїАӒаӓӘӚәӛЖӜжӝЗӞзӟИӤиӥОӦоӧ"
     "ӨӪөӫЭӬэӭУӰуӱЧӴчӵЫӸыӹHḦhḧÕṎõṏŪṺūṻWẄwẅXẌxẍtẗ"},
    {0x0309, "AẢaảÂẨâẩĂẲăẳEẺeẻÊỂêểIỈiỉOỎoỏÔỔôổƠỞơởUỦuủƯỬưửYỶyỷ"},
    {0x030A, "AÅaåUŮuůwẘyẙ"},
    {0x030B, "OŐoőUŰuűУӲуӳ"},
    {0x030C,
     "CČcčDĎdďEĚeěLĽlľNŇnňRŘrřSŠsšTŤtťZŽzžAǍaǎIǏiǐOǑoǒUǓuǔÜǙüǚGǦgǧKǨkǩƷǮ"
     "ʒǯjǰHȞhȟ"},
    {0x030F, "AȀaȁEȄeȅIȈiȉOȌoȍRȐrȑUȔuȕѴѶѵѷ"},
    {0x0311, "AȂaȃEȆeȇIȊiȋOȎoȏRȒrȓUȖuȗ"},
    {0x031B, "OƠoơUƯuư"},
    {0x0323,
     "BḄbḅDḌdḍHḤhḥKḲkḳLḶlḷMṂmṃNṆnṇRṚrṛSṢsṣTṬtṭVṾvṿWẈwẉZẒzẓAẠaạEẸeẹIỊiịOỌ"
     "oọƠỢơợUỤuụƯỰưựYỴyỵ"},
    {0x0324, "UṲuṳ"},
    {0x0325, "AḀaḁ"},
    {0x0326, "SȘsșTȚtț"},
    {0x0327, "CÇcçGĢgģKĶkķLĻlļNŅnņRŖrŗSŞsşTŢtţEȨeȩDḐdḑHḨhḩ"},
    {0x0328, "AĄaąEĘeęIĮiįUŲuųOǪoǫ"},
    {0x032D, "DḒdḓEḘeḙLḼlḽNṊnṋTṰtṱUṶuṷ"},
    {0x032E, "HḪhḫ"},
    {0x0330, "EḚeḛIḬiḭUṴuṵ"},
    {0x0331, "BḆbḇDḎdḏKḴkḵLḺlḻNṈnṉRṞrṟTṮtṯZẔzẕhẖ"},
};

// A character as text, without copying.
absl::string_view TakeCharacter(absl::string_view& text, uint32_t* character) {
  *character = 0;
  const size_t size = std::max<size_t>(DecodeUtf8(text, character), 1);
  const absl::string_view taken = text.substr(0, size);
  text.remove_prefix(taken.size());
  return taken;
}

std::string ToUtf8(uint32_t mark) {
  // Marks are below U+0800.
  return {static_cast<char>(0xC0 | mark >> 6),
          static_cast<char>(0x80 | (mark & 0x3F))};
}

// A letter with an accent, as letter and mark.
const std::map<absl::string_view, std::string>& Decompositions() {
  static const auto* const known = [] {
    auto* const made = new std::map<absl::string_view, std::string>;
    for (const Accent& accent : kAccents) {
      uint32_t ignored = 0;
      absl::string_view rest = accent.letters;
      while (!rest.empty()) {
        const absl::string_view letter = TakeCharacter(rest, &ignored);
        const absl::string_view accented = TakeCharacter(rest, &ignored);
        (*made)[accented] = absl::StrCat(letter, ToUtf8(accent.mark));
      }
    }
    return made;
  }();
  return *known;
}

void Decompose(absl::string_view text, std::string& decomposed) {
  uint32_t ignored = 0;
  while (!text.empty()) {
    const absl::string_view character = TakeCharacter(text, &ignored);
    const auto found = Decompositions().find(character);
    if (found == Decompositions().end()) {
      absl::StrAppend(&decomposed, character);
    } else {
      Decompose(found->second, decomposed);  // A letter may have two accents.
    }
  }
}

bool IsAsciiLetter(uint32_t character) {
  return character < 0x80 &&
         absl::ascii_isalpha(static_cast<unsigned char>(character));
}

bool IsGreekOrCyrillic(uint32_t character) {
  return character >= 0x0370 && character <= 0x052F;
}

// Whether it may stand inside a word: accents and further Latin letters too.
bool IsOfWords(uint32_t character) {
  return IsAsciiLetter(character) ||
         (character >= 0x00C0 && character <= 0x052F);
}

}  // namespace

std::string LookKey(absl::string_view text) {
  std::string decomposed;
  Decompose(text, decomposed);
  return std::string(absl::StripAsciiWhitespace(FoldToAscii(decomposed)));
}

std::optional<OddCharacter> FindMixedAlphabets(absl::string_view text) {
  bool ascii = false;               // In this word.
  std::optional<OddCharacter> odd;  // The first one of this word.
  for (size_t position = 1; !text.empty(); ++position) {
    uint32_t character = 0;
    const absl::string_view taken = TakeCharacter(text, &character);
    if (!IsOfWords(character)) {
      ascii = false;
      odd = std::nullopt;
      continue;
    }
    ascii = ascii || IsAsciiLetter(character);
    if (!odd && IsGreekOrCyrillic(character)) {
      odd = FindOddCharacter(taken);
      if (odd) odd->position = position;
    }
    if (ascii && odd) return odd;
  }
  return std::nullopt;
}

}  // namespace bigstep
