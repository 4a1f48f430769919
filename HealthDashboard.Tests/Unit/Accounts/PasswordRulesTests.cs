using HealthDashboard.Accounts;
using HealthDashboard.Data.Model;

namespace HealthDashboard.Tests.Unit.Accounts;

public sealed class PasswordRulesTests
{
    private static readonly Account Nina = new() { UserName = "nina.n", DisplayName = "Nina Novak", Role = "Nurse" };

    [Theory]
    [InlineData("password12")]
    [InlineData("Password123!")]
    [InlineData("P4ssw0rd2026")]
    [InlineData("1234567890")]
    [InlineData("0987654321")]
    [InlineData("qwertyuiop1")]
    [InlineData("1qaz2wsx3edc")]
    [InlineData("aaaaaaaaaaaa")]
    [InlineData("abababababab")]
    [InlineData("abcdefghij")]
    [InlineData("letmein12345")]
    [InlineData("Summer2026!!")]
    [InlineData("welcome-hospital")]
    [InlineData("change-me-please")]
    [InlineData("nursenurse")]
    [InlineData("iloveyou2024")]
    [InlineData("Novak-1984")]
    [InlineData("my nina.n secret 7")]
    [InlineData("correcthorse")]
    public void What_is_guessed_first_is_refused(string password) => Assert.NotNull(PasswordRules.WhatIsWrong(Nina, password));

    [Theory]
    [InlineData("correct horse battery")]
    [InlineData("blue kettle seven")]
    [InlineData("xK9#mQ2v!p")]
    [InlineData("drei Zwetschgen im Mai")]
    [InlineData("七転び八起き十分長い合言葉")]
    [InlineData("summer rain on tin roofs")]
    public void What_is_not_is_taken(string password) => Assert.Null(PasswordRules.WhatIsWrong(Nina, password));
}
