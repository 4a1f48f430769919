using HealthDashboard.Data.MongoDb.Wire;

namespace HealthDashboard.Tests.MongoDb.Wire;

public sealed class ScramTests
{
    private const string ServerFirst = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private const string ServerFinal = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    [Fact]
    public void The_example_of_RFC_7677_goes_as_it_is_written()
    {
        var scram = Scram();
        Assert.Equal("n,,n=user,r=rOprNGfwEbeRWgbNEkqO", scram.First());
        Assert.Equal(
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", scram.Final(ServerFirst));
        scram.Verify(ServerFinal);
    }

    [Theory]
    [InlineData("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95H4=")]
    [InlineData("v=")]
    [InlineData("v=%")]
    [InlineData("e=other-error")]
    [InlineData("")]
    public void A_server_that_does_not_know_the_password_is_refused(string serverFinal)
    {
        var scram = Scram();
        scram.Final(ServerFirst);
        Assert.Throws<MongoRefusedException>(() => scram.Verify(serverFinal));
    }

    [Theory]
    [InlineData("")]
    [InlineData("r=other,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqO,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=%,i=4096")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4095")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=1000001")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=-1")]
    [InlineData("r=rOprNGfwEbeRWgbNEkqOx,i=4096,s=W22ZaJ0SNY7soEsUEjb6gQ==")]
    [InlineData("m=extension,r=rOprNGfwEbeRWgbNEkqOx,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096")]
    public void A_challenge_that_no_server_may_send_is_refused(string serverFirst) =>
        Assert.Throws<MongoRefusedException>(() => Scram().Final(serverFirst));

    [Fact]
    public void A_name_is_sent_with_its_commas_and_equals_signs_masked() =>
        Assert.Equal("n,,n=a=3Db=2Cc,r=x", new ScramSha256(new MongoCredential("a=b,c", "p", "admin"), "x").First());

    [Fact]
    public void Keys_are_worked_out_once_and_only_after_the_server_has_proved_itself()
    {
        var credential = new MongoCredential("user", "pencil", "admin");
        var scram = new ScramSha256(credential, "rOprNGfwEbeRWgbNEkqO");
        var final = scram.Final(ServerFirst);
        Assert.Null(credential.Keys);
        scram.Verify(ServerFinal);
        var again = new ScramSha256(credential with { Password = "no longer looked at" }, "rOprNGfwEbeRWgbNEkqO");
        Assert.Equal(final, again.Final(ServerFirst));
    }

    [Theory]
    [InlineData("pencil", "pencil")]
    [InlineData("I\u00ADX", "IX")]
    [InlineData("a\u00A0b", "a b")]
    [InlineData("pa$$ wörd!", "pa$$ wörd!")]
    [InlineData("ŁódźΩйё", "ŁódźΩйё")]
    [InlineData("\u00AA", null)]
    [InlineData("\u2168", null)]
    [InlineData("a\u0301", null)]
    [InlineData("tab\t", null)]
    [InlineData("\u0627\u0031", null)]
    [InlineData("\U0001F600", null)]
    [InlineData("\u00AD", null)]
    [InlineData("", null)]
    public void A_password_is_prepared_or_refused_but_never_changed_wrongly(string password, string? prepared) =>
        Assert.Equal(prepared, SaslPrep.TryPrepare(password));

    [Fact]
    public void A_password_is_not_shown() => Assert.Equal("user of admin", new MongoCredential("user", "pencil", "admin").ToString());

    private static ScramSha256 Scram() => new(new MongoCredential("user", "pencil", "admin"), "rOprNGfwEbeRWgbNEkqO");
}
