using System.Text;
using HealthDashboard.Fhir;

namespace HealthDashboard.Tests.Unit.Fhir;

/// <summary>Bundles as nobody should send them.</summary>
public sealed class BundleReaderTests
{
    private const int MostEntries = 1_000;

    [Theory]
    [InlineData("", 400)]
    [InlineData("<Bundle xmlns='http://hl7.org/fhir'/>", 400)]
    [InlineData("[]", 400)]
    [InlineData("{}", 400)]
    [InlineData("""{"resourceType":"Patient"}""", 400)]
    [InlineData("""{"resourceType":"Bundle"}""", 400)]
    [InlineData("""{"resourceType":"Bundle","type":"message"}""", 400)]
    [InlineData("""{"resourceType":"Bundle","type":7}""", 400)]
    [InlineData("""{"resourceType":"Bundle","type":"batch","entry":{}}""", 400)]
    [InlineData("""{"resourceType":"Bundle","type":"batch","entry":[{}],"entry":[]}""", 400)]
    [InlineData("""{"resourceType":"Bundle","type":"batch"} more""", 400)]
    [InlineData("""{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Patient" """, 400)]
    public void What_is_no_bundle_is_refused(string json, int status) => Assert.Equal(status, Refused(json).Status);

    [Fact]
    public void A_hundred_thousand_entries_are_refused()
    {
        var entries = string.Join(',', Enumerable.Repeat("""{"resource":{"resourceType":"Patient"}}""", 100_000));
        var json = $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{entries}}]}""";
        Assert.Equal(413, Refused(json).Status);
    }

    [Theory]
    [InlineData("""{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Patient","extension":""", "[", "]", "}}]}")]
    [InlineData("""{"resourceType":"Bundle","type":"batch","x":""", """{"a":""", "}", "}")]
    public void Deep_nesting_is_refused(string begin, string open, string close, string end)
    {
        var json = begin + string.Concat(Enumerable.Repeat(open, 100_000)) + "1" + string.Concat(Enumerable.Repeat(close, 100_000)) + end;
        Assert.Equal(400, Refused(json).Status);
    }

    [Theory]
    [InlineData("""{"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1e400}}}""")]
    [InlineData("""{"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":"72"}}}""")]
    [InlineData("""{"resource":{"resourceType":"Observation","status":"nonsense","code":{"text":"x"}}}""")]
    [InlineData("""{"resource":{"resourceType":"Observation","code":{"text":"x"}}}""")]
    [InlineData("""{"resource":{"resourceType":"Patient","birthDate":"1960-13-01"}}""")]
    [InlineData("""{"resource":{"resourceType":"Patient","gender":["male"]}}""")]
    [InlineData("""{"resource":{"resourceType":"Patient","gender":"male","gender":"female"}}""")]
    [InlineData("""{"resource":{"resourceType":"Patient","unheardOf":1}}""")]
    [InlineData("""{"resource":{"resourceType":17}}""")]
    [InlineData("""{"resource":[]}""")]
    [InlineData("17")]
    [InlineData("null")]
    public void An_entry_that_is_not_valid_is_refused_by_itself(string entry)
    {
        var bundle = BundleReader.Read(Encoding.UTF8.GetBytes($$"""{"resourceType":"Bundle","type":"batch","entry":[{{entry}},{"resource":{"resourceType":"Patient","gender":"male"} }]}"""), MostEntries);

        Assert.True(bundle.Entries[0].IsRefused);
        Assert.NotNull(bundle.Entries[0].Reason);
        Assert.False(bundle.Entries[1].IsRefused);
    }

    [Fact]
    public void Types_of_which_nothing_is_kept_are_not_looked_into()
    {
        var bundle = BundleReader.Read("""{"resourceType":"Bundle","type":"batch","entry":[{"resource":{"resourceType":"Claim","total":"nonsense"}}]}"""u8, MostEntries);

        var entry = Assert.Single(bundle.Entries);
        Assert.Equal(("Claim", false), (entry.Type, entry.IsRefused));
        Assert.Null(entry.Resource);
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient"}{"resourceType":"Patient"}""")]
    [InlineData("""{"resourceType":"Patient"} more""")]
    [InlineData("""{"resourceType":"Patient","id":"\ud800"}""")]
    public void One_resource_is_one_and_of_Unicode(string json) =>
        Assert.Equal(400, Assert.Throws<FhirException>(() => BundleReader.ReadOne(Encoding.UTF8.GetBytes(json), null)).Status);

    [Fact]
    public void Another_encoding_than_UTF_8_is_refused()
    {
        var json = Encoding.Latin1.GetBytes("""{"resourceType":"Patient","id":"Zo\u00EB"}""".Replace("\\u00EB", "\u00EB", StringComparison.Ordinal));
        Assert.Equal(400, Assert.Throws<FhirException>(() => BundleReader.ReadOne(json, null)).Status);
    }

    [Fact]
    public void A_type_that_is_no_name_is_not_remembered_as_it_is()
    {
        var type = new string('x', 100_000);
        Assert.Equal("unknown", BundleReader.ReadOne(Encoding.UTF8.GetBytes($$"""{"resourceType":"{{type}}"}"""), null).Type);
    }

    private static FhirException Refused(string json) => Assert.Throws<FhirException>(() => BundleReader.Read(Encoding.UTF8.GetBytes(json), MostEntries));
}
