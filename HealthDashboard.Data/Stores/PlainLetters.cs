using System.Text;

namespace HealthDashboard.Data.Stores;

/// <summary>
/// Capital letters without their marks: Latin, Greek, Cyrillic. A table, because the program runs without ICU and so has no normal forms
/// (docs/operations.md).
/// </summary>
internal static class PlainLetters
{
    private static readonly Dictionary<char, string> WithMarks = new()
    {
        ['A'] = "ÀÁÂÃÄÅĀĂĄǍǞǠǺȀȂȦḀẠẢẤẦẨẪẬẮẰẲẴẶ",
        ['B'] = "ḂḄḆ",
        ['C'] = "ÇĆĈĊČḈ",
        ['D'] = "ĎḊḌḎḐḒĐÐ",
        ['E'] = "ÈÉÊËĒĔĖĘĚȄȆȨḔḖḘḚḜẸẺẼẾỀỂỄỆ",
        ['F'] = "Ḟ",
        ['G'] = "ĜĞĠĢǦǴḠ",
        ['H'] = "ĤȞḢḤḦḨḪĦ",
        ['I'] = "ÌÍÎÏĨĪĬĮİǏȈȊḬḮỈỊı",
        ['J'] = "Ĵ",
        ['K'] = "ĶǨḰḲḴ",
        ['L'] = "ĹĻĽḶḸḺḼŁĿ",
        ['M'] = "ḾṀṂ",
        ['N'] = "ÑŃŅŇǸṄṆṈṊ",
        ['O'] = "ÒÓÔÕÖŌŎŐƠǑǪǬȌȎȪȬȮȰṌṎṐṒỌỎỐỒỔỖỘỚỜỞỠỢØ",
        ['P'] = "ṔṖ",
        ['R'] = "ŔŖŘȐȒṘṚṜṞ",
        ['S'] = "ŚŜŞŠȘṠṢṤṦṨ",
        ['T'] = "ŢŤȚṪṬṮṰŦ",
        ['U'] = "ÙÚÛÜŨŪŬŮŰŲƯǓǕǗǙǛȔȖṲṴṶṸṺỤỦỨỪỬỮỰ",
        ['V'] = "ṼṾ",
        ['W'] = "ŴẀẂẄẆẈ",
        ['X'] = "ẊẌ",
        ['Y'] = "ÝŶŸȲẎỲỴỶỸ",
        ['Z'] = "ŹŻŽẐẒẔ",
        ['Æ'] = "ǢǼ",
        ['Ø'] = "Ǿ",
        ['Ʒ'] = "Ǯ",
        ['Α'] = "ΆἈἉἊἋἌἍἎἏᾸᾹᾺΆ",
        ['Ε'] = "ΈἘἙἚἛἜἝῈΈ",
        ['Η'] = "ΉἨἩἪἫἬἭἮἯῊΉ",
        ['Ι'] = "ΊΪἸἹἺἻἼἽἾἿῘῙῚΊ",
        ['Ο'] = "ΌὈὉὊὋὌὍῸΌ",
        ['Ρ'] = "Ῥ",
        ['Υ'] = "ΎΫὙὛὝὟῨῩῪΎ",
        ['Ω'] = "ΏὨὩὪὫὬὭὮὯῺΏ",
        ['ϒ'] = "ϓϔ",
        ['І'] = "Ї",
        ['А'] = "ӐӒ",
        ['Г'] = "Ѓ",
        ['Е'] = "ЀЁӖ",
        ['Ж'] = "ӁӜ",
        ['З'] = "Ӟ",
        ['И'] = "ЍЙӢӤ",
        ['К'] = "Ќ",
        ['О'] = "Ӧ",
        ['У'] = "ЎӮӰӲ",
        ['Ч'] = "Ӵ",
        ['Ы'] = "Ӹ",
        ['Э'] = "Ӭ",
        ['Ѵ'] = "Ѷ",
        ['Ә'] = "Ӛ",
        ['Ө'] = "Ӫ",
    };

    private static readonly Dictionary<int, string> Plain = new(WithMarks.SelectMany(entry => entry.Value.Select(letter => KeyValuePair.Create((int)letter, entry.Key.ToString()))))
    {
        ['Þ'] = "TH",
        ['ß'] = "SS",
        ['ẞ'] = "SS",
        ['Æ'] = "AE",
        ['Œ'] = "OE",
    };

    /// <summary>The letter or letters without marks; null when it has none.</summary>
    public static string? Of(Rune letter) => Plain.GetValueOrDefault(letter.Value);
}
